/*
 * hello.c: hello.h's builders, of any list of schemes that config_check() lets through and any room: the search reads no further than its
 * item, and finds a code that is there; the beginning of an extension has four bytes or overflows; a list of schemes has two bytes, and two for
 * each scheme at most, or overflows: so the stubs of hello_schemes_build() elsewhere promise it.  outbuf.h: bytes are checked and forgotten.
 * In the proof of hello_schemes_build(), listed_before() answers anything.
 */
#include "tests/proofs/harness/outbuf.h"

#include "tlsstack/hello.c"

#define LIST_MAX	32

bool nondet_bool(void);
uint16_t nondet_uint16(void);
size_t nondet_size(void);
struct tls_scheme nondet_scheme(void);
void other_side(void) { }

static uint8_t room[TLS_RECORD_MAX];
static struct tls_scheme schemes[2];
static const struct tls_scheme *list[LIST_MAX];
static struct outbuf out;
static size_t num;

/* Any room, any list: `num` items, an object that ends there. */
static void
any_state(void)
{
	out = (struct outbuf){ room, nondet_size(), nondet_size(), nondet_bool() ? true : false };
	ASSUME(out.cap <= sizeof room && out.len <= out.cap);
	num = nondet_size();
	ASSUME(num <= LIST_MAX);
	for (size_t i = 0; i < 2; i++)
		schemes[i] = nondet_scheme();
	for (size_t i = 0; i < LIST_MAX; i++)
		list[i] = &schemes[nondet_bool() ? 1 : 0];
}

void
prove_listed_before(void)
{
	const struct tls_scheme *const *from;
	size_t at, before = nondet_size();
	bool answer;

	any_state();
	at = nondet_size();
	ASSUME(at < num);
	from = list + (LIST_MAX - num);
	answer = listed_before(from, at);
	ASSERT(at != 0 || !answer);
	ASSERT(before >= at || from[before]->code != from[at]->code || answer);
	REACHED();
}

void
prove_hello_extension_begin(void)
{
	size_t before, mark;
	bool overflowed;

	any_state();
	before = out.len;
	overflowed = out.overflow;
	mark = hello_extension_begin(&out, (enum extension)(nondet_size() % NUM_EXTENSIONS));
	ASSERT(overflowed || (out.overflow ? out.cap - before < 4 : mark == before + 2 && out.len == before + 4));
	REACHED();
}

bool given_listed_before(const struct tls_scheme *const *from, size_t at);

bool
given_listed_before(const struct tls_scheme *const *from, size_t at)
{
	ASSERT(from == list + (LIST_MAX - num) && at < num);
	return nondet_bool();
}

void
prove_hello_schemes_build(void)
{
	size_t before, most;
	bool overflowed;

	any_state();
	before = out.len;
	overflowed = out.overflow;
	most = 2 + 2 * num;
	hello_schemes_build(&out, list + (LIST_MAX - num), num);
	ASSERT(out.len <= out.cap && out.len >= before && out.len - before <= most);
	ASSERT(overflowed || (out.overflow ? out.cap - before < most : out.len - before >= 2 && (out.len - before) % 2 == 0));
	REACHED();
}
