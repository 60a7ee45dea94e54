/* claimtext.c: see claimtext.h. */
#include "deploy/tool/claimtext.h"

#include <stdlib.h>
#include <string.h>

#include "deploy/tool/tool.h"

/* The next word after `label`, up to a space or the end; false if the label is not next. */
static bool
take_word(char *word, size_t room, const char **text, const char *label)
{
	size_t label_len = strlen(label), len;

	if (strncmp(*text, label, label_len) != 0)
		return false;
	len = strcspn(*text + label_len, " ");
	if (len == 0 || len >= room)
		return false;
	memcpy(word, *text + label_len, len);
	word[len] = '\0';
	*text += label_len + len;
	return true;
}

/* 64 lowercase digits. */
static bool
take_hash(uint8_t hash[32], const char **text, const char *label)
{
	char word[65];

	return take_word(word, sizeof word, text, label) && strspn(word, "0123456789abcdef") == 64 &&
	    hex_decode(hash, 32, word);
}

static bool
take_number(uint64_t *number, const char **text, const char *label)
{
	char word[16];

	if (!take_word(word, sizeof word, text, label) || strspn(word, "0123456789") != strlen(word) ||
	    (word[0] == '0' && word[1] != '\0'))
		return false;
	*number = strtoull(word, NULL, 10);
	return true;
}

bool
claimtext_parse(struct claimtext *claim, const char *text)
{
	char name[16];
	uint8_t script[SCRIPT_MAX];
	size_t script_len;

	if (!take_word(name, sizeof name, &text, "pinata-proof-v2 net=") ||
	    !take_word(claim->address, sizeof claim->address, &text, " addr=") ||
	    !take_word(claim->version, sizeof claim->version, &text, " version=") ||
	    strspn(claim->version, "0123456789.") != strlen(claim->version) ||
	    !take_hash(claim->image, &text, " image=sha256:") || !take_hash(claim->authority, &text, " ca=sha256:") ||
	    !take_number(&claim->boot_s, &text, " boot=") || !take_hash(claim->nonce, &text, " nonce=") || *text != '\0')
		return false;
	claim->chain = chain_find(name);
	return claim->chain != NULL && address_decode(script, &script_len, claim->chain, claim->address);
}
