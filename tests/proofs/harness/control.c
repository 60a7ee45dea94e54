/*
 * control.c: any text, up to what xenstore_read lends, or none.  The text is lent until the next call of xenstore.c: then it
 * is gone, and a look at it is refused.  Checked: only the three words are wishes, and only a wish is confirmed.
 */
#include "tests/proofs/harness/xen.h"

#include "platform/xen/control.c"

void other_side(void) { }

static uint8_t *lent;
static size_t lent_len;
static unsigned num_writes;
static bool is_wish[3];		/* as spelled here, letter by letter, and not by the code that is proved */

static void
next_call(void)
{
	if (lent != NULL)
		free(lent);
	lent = NULL;
}

static bool
spells(const char *word, size_t len)
{
	bool same = lent_len == len;

	for (size_t i = 0; i < len; i++)
		same = same && lent[i] == (uint8_t)word[i];
	return same;
}

bool
xenstore_read(struct span *value, const char *path)
{
	next_call();
	ASSERT(__CPROVER_w_ok(value, sizeof *value) && is_string(path, XEN_STORE_VALUE));
	lent_len = nondet_size();
	if (nondet_bool())
		return false;
	ASSUME(lent_len <= XEN_STORE_VALUE);
	lent = any_bytes(lent_len);
	is_wish[CONTROL_NOTHING] = true;
	is_wish[CONTROL_POWEROFF] = spells("poweroff", 8) || spells("halt", 4);
	is_wish[CONTROL_REBOOT] = spells("reboot", 6);
	*value = (struct span){ lent, lent_len };
	return true;
}

bool
xenstore_write(const char *path, struct span value)
{
	next_call();
	num_writes++;
	ASSERT(is_string(path, XEN_STORE_VALUE) && value.len <= XEN_STORE_VALUE && is_readable(value));
	return nondet_bool();
}

bool
xenstore_watch(const char *path, unsigned token)
{
	next_call();
	ASSERT(is_string(path, XEN_STORE_VALUE) && token < XENSTORE_TOKENS);
	return nondet_bool();
}

bool
bytes_equal(struct span a, struct span b)
{
	bool same = a.len == b.len;

	ASSERT(is_readable(a) && is_readable(b));
	for (size_t i = 0; same && i < a.len; i++)
		same = a.ptr[i] == b.ptr[i];
	return same;
}

void
prove_control_wish(void)
{
	enum control_wish wish = control_wish();

	ASSERT(wish == CONTROL_NOTHING || is_wish[wish]);
	ASSERT(wish != CONTROL_NOTHING || (!is_wish[CONTROL_POWEROFF] && !is_wish[CONTROL_REBOOT]));
	ASSERT(num_writes == (wish != CONTROL_NOTHING));
	REACHED();
}

void prove_control_start(void) { unsigned token = nondet_unsigned(); ASSUME(token < XENSTORE_TOKENS); control_start(token); REACHED(); }
