/*
 * hello.c: two helpers of hello.h's builders, of any list of schemes that config_check() lets through and any room: the search reads no
 * further than its item, the beginning of an extension has four bytes or overflows.  outbuf.h: bytes are checked and forgotten.
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
	size_t at;

	any_state();
	at = nondet_size();
	ASSUME(at < num);
	(void)listed_before(list + (LIST_MAX - num), at);
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
