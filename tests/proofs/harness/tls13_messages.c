/*
 * tls13_messages.c: the builders: the least and the most that each appends (tls13_sizes.h, which the handlers' proofs take), that it
 * overflows only without room, and that each length fits its field.  outbuf.h: bytes are checked and forgotten.
 * hello_extension_begin() and flight_message_begin() are as in their sources.  What is built: any session id, share, cookie, verify_data and
 * signature within the limits that the handlers keep; any list of groups, and any answer to a name, a limit and a protocol that a hello brought.
 */
#include "tests/proofs/harness/outbuf.h"

#include "tlsstack/tls13_messages.c"
#include "tests/proofs/harness/builders.h"

#include "tests/proofs/harness/tls13_sizes.h"

bool nondet_bool(void);
uint16_t nondet_uint16(void);
size_t nondet_size(void);
void *malloc(size_t len);
void other_side(void) { }

static uint8_t room[TLS_RECORD_MAX];
static const struct tls_scheme *schemes[LIST_MAX];
static struct tls_group group;
static const struct tls_group *groups[LIST_MAX];
static struct outbuf out;
static size_t before;
static bool overflowed;

static void
any_out(void)
{
	out = (struct outbuf){ room, nondet_size(), nondet_size(), nondet_bool() ? true : false };
	ASSUME(out.cap <= sizeof room && out.len <= out.cap);
	before = out.len;
	overflowed = out.overflow;
}

static struct span
any_bytes(size_t max)
{
	struct span bytes = { NULL, nondet_size() };

	ASSUME(bytes.len <= max);
	bytes.ptr = malloc(bytes.len);
	ASSUME(bytes.ptr != NULL);
	return bytes;
}

/* It appended from `least` to `most` bytes, unless `most` had no room or it had overflowed before. */
static void
judge(size_t least, size_t most)
{
	ASSERT(out.len <= out.cap && out.len >= before);
	if (overflowed || out.cap - before < most)
		return;
	ASSERT(!out.overflow && out.len - before >= least && out.len - before <= most);
	REACHED();
}

static struct server_hello13
any_hello(void)
{
	struct server_hello13 hello = { any_bytes(32), any_bytes(32), nondet_uint16(), nondet_uint16(), any_bytes(CRYPTO_KX_PUBLIC_MAX), any_bytes(TLS_COOKIE_MAX) };

	ASSUME(hello.random.len == 32);
	return hello;
}

void
prove_key_share_build(void)
{
	struct server_hello13 hello = any_hello();

	any_out();
	key_share_build(&out, &hello);
	judge(6 + (hello.share.len == 0 ? 0 : 2 + hello.share.len), 6 + (hello.share.len == 0 ? 0 : 2 + hello.share.len));
}

void
prove_cookie_build(void)
{
	struct span cookie = any_bytes(TLS_COOKIE_MAX);

	any_out();
	cookie_build(&out, cookie);
	judge(cookie.len == 0 ? 0 : 6 + cookie.len, cookie.len == 0 ? 0 : 6 + cookie.len);
}

void
prove_tls13_server_hello_build(void)
{
	struct server_hello13 hello = any_hello();

	any_out();
	tls13_server_hello_build(&out, &hello);
	judge(4, SERVER_HELLO_MAX);
}

void
prove_tls13_certificate_verify_build(void)
{
	struct span signature = any_bytes(CRYPTO_SIGNATURE_MAX);

	any_out();
	tls13_certificate_verify_build(&out, nondet_uint16(), signature);
	judge(8 + signature.len, SIGNATURE_MAX);
}

void
prove_tls13_finished_build(void)
{
	struct span value = any_bytes(CRYPTO_HASH_MAX);

	any_out();
	tls13_finished_build(&out, value);
	judge(4 + value.len, 4 + CRYPTO_HASH_MAX);
}

void
prove_tls13_certificate_request_build(void)
{
	size_t num = nondet_size();

	ASSUME(num <= LIST_MAX);
	any_out();
	tls13_certificate_request_build(&out, schemes + (LIST_MAX - num), num, any_bytes(TLS_AUTHORITIES_MAX + 2));
	judge(13, REQUEST_MAX);
}

/* `num` groups, which end where their room does. */
static const struct tls_group *const *
any_groups(size_t num)
{
	ASSUME(num <= LIST_MAX);
	group.code = nondet_uint16();
	for (size_t i = 0; i < LIST_MAX; i++)
		groups[i] = &group;
	return groups + (LIST_MAX - num);
}

static size_t
groups_len(size_t num)
{
	return num == 0 ? 0 : 4 + 2 + 2 * num;
}

void given_groups_build(struct outbuf *to, const struct tls_group *const *from, size_t num);

void
given_groups_build(struct outbuf *to, const struct tls_group *const *from, size_t num)
{
	ASSERT(num <= LIST_MAX && from == groups + (LIST_MAX - num));
	outbuf_more(to, groups_len(num));
}

void
prove_groups_build(void)
{
	size_t num = nondet_size();

	any_out();
	groups_build(&out, any_groups(num), num);
	judge(groups_len(num), groups_len(num));
}

void
prove_tls13_encrypted_extensions_build(void)
{
	size_t num = nondet_size(), len;
	struct encrypted_extensions with = { any_groups(num), num, nondet_bool(), nondet_uint16(), any_bytes(255) };

	any_out();
	tls13_encrypted_extensions_build(&out, &with);
	len = 4 + 2 + groups_len(num) + (with.record_size_limit == 0 ? 0 : 6) + (with.server_name ? 4 : 0) + (with.alpn.len == 0 ? 0 : 7 + with.alpn.len);
	ASSERT(len <= ENCRYPTED_MAX);
	judge(len, len);
}
