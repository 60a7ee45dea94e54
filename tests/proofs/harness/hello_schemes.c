/*
 * hello_schemes.c: hello.c's list of schemes: any number of any schemes, in room that may be too small.  Proved is what the stubs of
 * hello_schemes_build() in other harnesses promise: two bytes and two for each scheme at most, an even number, and that it overflows only without room for them.
 * outbuf.h: bytes are checked and forgotten.  listed_before(), proved by a row of its own, answers anything.
 */
#include "tests/proofs/harness/outbuf.h"

#include "tlsstack/hello.c"

#define LIST_MAX	32	/* of config.c */

bool nondet_bool(void);
uint8_t nondet_uint8(void);
size_t nondet_size(void);
struct tls_scheme nondet_scheme(void);
void other_side(void) { }

static uint8_t room[255];
static struct tls_scheme scheme[2];
static const struct tls_scheme *schemes[LIST_MAX];
static size_t num_schemes;

/* Any list, which ends where its room does. */
static const struct tls_scheme *const *
any_schemes(void)
{
	scheme[0] = nondet_scheme();
	scheme[1] = nondet_scheme();
	for (size_t i = 0; i < LIST_MAX; i++)
		schemes[i] = &scheme[nondet_bool() ? 1 : 0];
	num_schemes = nondet_size();
	ASSUME(num_schemes <= LIST_MAX);
	return schemes + (LIST_MAX - num_schemes);
}

bool given_listed_before(const struct tls_scheme *const *from, size_t i);

bool
given_listed_before(const struct tls_scheme *const *from, size_t i)
{
	ASSERT(from == schemes + (LIST_MAX - num_schemes) && i < num_schemes);
	return nondet_bool();
}

/* Whether a code stands at one of the places before. */
void
prove_listed_before(void)
{
	const struct tls_scheme *const *list = any_schemes();
	size_t i = nondet_size(), before = nondet_size();
	bool answer;

	ASSUME(i < num_schemes);
	answer = listed_before(list, i);
	ASSERT(i != 0 || !answer);
	ASSERT(before >= i || list[before]->code != list[i]->code || answer);
	REACHED();
}

void
prove_hello_schemes_build(void)
{
	const struct tls_scheme *const *list = any_schemes();
	struct outbuf out = { room, nondet_uint8(), nondet_uint8(), nondet_bool() ? true : false };
	bool overflowed = out.overflow;
	size_t before = out.len;

	ASSUME(out.len <= out.cap);
	hello_schemes_build(&out, list, num_schemes);
	ASSERT(out.len <= out.cap && out.len >= before && out.len - before <= 2 + 2 * num_schemes);
	if (overflowed || out.cap - before < 2 + 2 * num_schemes)
		return;
	ASSERT(!out.overflow && out.len - before >= 2 && (out.len - before) % 2 == 0);
	REACHED();
}
