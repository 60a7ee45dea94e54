/* chain.c: decoding addresses and keys.  See chain.h. */
#include "deploy/tool/chain.h"

#include <string.h>
#include <strings.h>

#include "deploy/tool/tool.h"
#include "platform/base/bytes.h"
#include "platform/base/panic.h"
#include "wallet/bech32.h"

/* main: a hundredth of the work that a block has cost since 2024, so that a liar needs real machines. */
static const struct chain CHAINS[] = {
	{ "main",     "bc",   0x00, 0x05, 0x80, 8332,  "",          0x1800ffff },
	{ "testnet4", "tb",   0x6f, 0xc4, 0xef, 48332, "testnet4/", 0x1d00ffff },
	{ "signet",   "tb",   0x6f, 0xc4, 0xef, 38332, "signet/",   0x1e0377ae },
	{ "regtest",  "bcrt", 0x6f, 0xc4, 0xef, 18443, "regtest/",  0x207fffff },
};

const struct chain *
chain_find(const char *name)
{
	for (size_t i = 0; i < sizeof CHAINS / sizeof CHAINS[0]; i++)
		if (strcmp(CHAINS[i].name, name) == 0)
			return &CHAINS[i];
	return NULL;
}

/* Base58Check into exactly `len` bytes, version included (see wallet/base58.c for the other way). */
static bool
base58_decode(uint8_t *bytes, size_t len, const char *text)
{
	static const char DIGITS[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
	uint8_t raw[64] = { 0 }, digest[32];
	size_t raw_len = len + 4, zeros = 0;
	bool ok = true;

	REQUIRE(raw_len <= sizeof raw);
	while (text[zeros] == '1')
		zeros++;
	for (const char *c = text; *c != '\0' && ok; c++) {
		const char *digit = strchr(DIGITS, *c);
		unsigned carry = digit == NULL ? 0 : (unsigned)(digit - DIGITS);

		for (size_t i = raw_len; i-- > 0;) {
			carry += raw[i] * 58u;
			raw[i] = (uint8_t)carry;
			carry >>= 8;
		}
		ok = digit != NULL && carry == 0;
	}
	/* As many leading zero bytes as leading ones, no more and no less. */
	for (size_t i = 0; ok && i < raw_len && (i <= zeros); i++)
		ok = (raw[i] == 0) == (i < zeros);
	hash_twice(digest, (struct span){ raw, len });
	ok = ok && memcmp(digest, raw + len, 4) == 0;
	if (ok)
		bytes_copy(bytes, raw, len);
	wipe(raw, sizeof raw);
	return ok;
}

bool
wif_decode(uint8_t key[32], const struct chain *chain, const char *text)
{
	uint8_t raw[34];
	bool ok = strlen(text) == 52 && base58_decode(raw, sizeof raw, text) &&
	    raw[0] == chain->wif_version && raw[33] == 0x01;

	if (ok)
		bytes_copy(key, raw + 1, 32);
	wipe(raw, sizeof raw);
	return ok;
}

static uint32_t
polymod(uint32_t sum, uint32_t value)
{
	static const uint32_t GENERATOR[5] = { 0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3 };
	uint32_t top = sum >> 25;

	sum = (sum & 0x1ffffff) << 5 ^ value;
	for (unsigned i = 0; i < 5; i++)
		if (top >> i & 1)
			sum ^= GENERATOR[i];
	return sum;
}

/* The values of 5 bits after the separator, checksum included; 0 if `text` is no Bech32 text of `prefix`. */
static size_t
bech32_values(uint8_t values[ADDRESS_MAX], uint32_t *sum, const char *prefix, const char *text)
{
	static const char DIGITS[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
	size_t prefix_len = strlen(prefix), len = strlen(text), num = 0;
	bool lower = false, upper = false;

	if (len >= ADDRESS_MAX || len < prefix_len + 1 + 7 || strncasecmp(text, prefix, prefix_len) != 0 ||
	    text[prefix_len] != '1')
		return 0;
	*sum = 1;
	for (size_t i = 0; i < prefix_len; i++)
		*sum = polymod(*sum, (uint32_t)prefix[i] >> 5);
	*sum = polymod(*sum, 0);
	for (size_t i = 0; i < prefix_len; i++)
		*sum = polymod(*sum, (uint32_t)prefix[i] & 31);
	for (size_t i = 0; i < len; i++) {
		char small = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] + 32) : text[i];
		const char *digit;

		upper = upper || small != text[i];
		lower = lower || (text[i] >= 'a' && text[i] <= 'z');
		if (i <= prefix_len)
			continue;
		digit = strchr(DIGITS, small);
		if (digit == NULL)
			return 0;
		values[num] = (uint8_t)(digit - DIGITS);
		*sum = polymod(*sum, values[num++]);
	}
	return upper && lower ? 0 : num;
}

/* BIP-173 and BIP-350, "Decoding". */
static bool
segwit_decode(uint8_t script[SCRIPT_MAX], size_t *len, const char *prefix, const char *text)
{
	uint8_t values[ADDRESS_MAX];
	uint32_t sum = 0, held = 0;
	size_t num = bech32_values(values, &sum, prefix, text), at = 2;
	unsigned num_bits = 0;

	if (num < 7 || values[0] > 16 || sum != (values[0] == 0 ? 1u : 0x2bc830a3u))
		return false;
	for (size_t i = 1; i < num - 6; i++) {
		held = (held << 5 | values[i]) & 0xfff;
		num_bits += 5;
		if (num_bits < 8)
			continue;
		num_bits -= 8;
		if (at == SCRIPT_MAX)
			return false;
		script[at++] = (uint8_t)(held >> num_bits);
	}
	if (num_bits >= 5 || (held & ((1u << num_bits) - 1)) != 0 || at < 4 ||
	    (values[0] == 0 && at != 22 && at != 34))
		return false;
	script[0] = values[0] == 0 ? 0 : (uint8_t)(0x50 + values[0]);
	script[1] = (uint8_t)(at - 2);
	*len = at;
	return true;
}

bool
address_decode(uint8_t script[SCRIPT_MAX], size_t *len, const struct chain *chain, const char *text)
{
	struct outbuf out = outbuf_of(script, SCRIPT_MAX);
	uint8_t raw[21];

	if (segwit_decode(script, len, chain->prefix, text))
		return true;
	if (!base58_decode(raw, sizeof raw, text))
		return false;
	if (raw[0] == chain->p2pkh_version) {
		outbuf_uint(&out, 0x76a914, 3);			/* DUP HASH160 push 20 */
		outbuf_bytes(&out, (struct span){ raw + 1, 20 });
		outbuf_uint(&out, 0x88ac, 2);			/* EQUALVERIFY CHECKSIG */
	} else if (raw[0] == chain->p2sh_version) {
		outbuf_uint(&out, 0xa914, 2);			/* HASH160 push 20 */
		outbuf_bytes(&out, (struct span){ raw + 1, 20 });
		outbuf_uint(&out, 0x87, 1);			/* EQUAL */
	}
	*len = out.len;
	return out.len != 0;
}

void
address_encode(char text[ADDRESS_MAX], const struct chain *chain, struct span script)
{
	struct outbuf out = outbuf_of((uint8_t *)text, ADDRESS_MAX - 1);

	REQUIRE(script.len == 22 || script.len == 34);
	bech32_address(&out, chain->prefix, script.ptr[0] == 0 ? 0 : script.ptr[0] - 0x50u,
	    (struct span){ script.ptr + 2, script.len - 2 });
	REQUIRE(!out.overflow);
	text[out.len] = '\0';
}
