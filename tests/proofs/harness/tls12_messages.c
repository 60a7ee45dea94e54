/*
 * tls12_messages.c: the builders: how many bytes each appends, exactly (a ServerHello at most; what is written comes from
 * the handler, whose values may be the peer's choices), that it overflows only without room, and that each length fits its
 * field.  The two helpers of hello.c and flight_message_begin() are as in their sources.
 */
#include "tests/proofs/harness/outbuf.h"

#include "tlsstack/tls12_messages.c"
#include "tests/proofs/harness/builders.h"

bool nondet_bool(void);
uint16_t nondet_uint16(void);
size_t nondet_size(void);
struct server_hello12 nondet_server_hello12(void);
void other_side(void) { }

static struct outbuf out;
static uint8_t room[TLS_RECORD_MAX], ours[TLS_OWN_CHAIN_MAX];
static size_t before;

static void
any_out(void)
{
	out = (struct outbuf){ NULL, nondet_uint16(), nondet_uint16(), nondet_bool() };
	out.ptr = room;
	ASSUME(out.cap <= sizeof room && out.len <= out.cap);
	before = out.len;
}

static struct span
any_bytes(size_t max)
{
	struct span bytes = { NULL, nondet_uint16() };

	ASSUME(bytes.len <= max);
	bytes.ptr = ours + (sizeof ours - bytes.len);	/* ends where its room does */
	return bytes;
}

/* It appended from `least` to `most` bytes, unless `most` had no room or it had overflowed before. */
static void
judge(bool overflowed, size_t least, size_t most)
{
	ASSERT(out.len <= out.cap && out.len >= before);
	if (overflowed || out.cap - before < most)
		return;
	ASSERT(!out.overflow && out.len - before >= least && out.len - before <= most);
}

void
prove_tls12_signature_build(void)
{
	struct span signature = any_bytes(CRYPTO_SIGNATURE_MAX);
	bool overflowed;

	any_out();
	overflowed = out.overflow;
	tls12_signature_build(&out, nondet_uint16(), signature);
	judge(overflowed, 4 + signature.len, 4 + signature.len);
	REACHED();
}

void
prove_alpn_build(void)
{
	struct span alpn = any_bytes(255);
	bool overflowed;

	any_out();
	overflowed = out.overflow;
	alpn_build(&out, alpn);
	judge(overflowed, 7 + alpn.len, 7 + alpn.len);
	REACHED();
}

void
prove_tls12_server_hello_build(void)
{
	struct server_hello12 hello = nondet_server_hello12();
	bool overflowed;

	any_out();
	overflowed = out.overflow;
	hello.random = any_bytes(32);
	ASSUME(hello.random.len == 32);
	hello.alpn = any_bytes(255);
	hello.renegotiation_info = nondet_bool();
	hello.point_formats = nondet_bool();
	hello.server_name = nondet_bool();
	tls12_server_hello_build(&out, &hello);
	judge(overflowed, 48, 76 + hello.alpn.len);
	REACHED();
}

void
prove_tls12_params_build(void)
{
	struct span public = any_bytes(255);
	bool overflowed;

	any_out();
	overflowed = out.overflow;
	tls12_params_build(&out, nondet_uint16(), public);
	judge(overflowed, 4 + public.len, 4 + public.len);
	REACHED();
}

void
prove_tls12_certificate_request_build(void)
{
	const struct tls_scheme *schemes[32];	/* config_check() */
	struct span authorities = any_bytes(TLS_AUTHORITIES_MAX + 2);
	size_t num = nondet_size(), names = authorities.len == 0 ? 2 : authorities.len;
	bool overflowed;

	any_out();
	overflowed = out.overflow;
	ASSUME(num <= 32);
	tls12_certificate_request_build(&out, schemes, num, authorities);
	judge(overflowed, 9 + names, 9 + 2 * num + names);
	REACHED();
}

void
prove_tls12_client_key_exchange_build(void)
{
	struct span public = any_bytes(255);
	bool overflowed;

	any_out();
	overflowed = out.overflow;
	tls12_client_key_exchange_build(&out, public);
	judge(overflowed, 5 + public.len, 5 + public.len);
	REACHED();
}
