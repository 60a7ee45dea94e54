/* tls13_messages.c: parsing and building the messages of TLS 1.3.  See tls13_messages.h. */
#include "tlsstack/tls13_messages.h"

#include "tlsstack/crypto/crypto.h"
#include "tlsstack/flight.h"
#include "tlsstack/handshake.h"

const uint8_t tls13_retry_random[32] = { 0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c,
    0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8,
    0xa8, 0x33, 0x9c };

/* ---- Both roles ----------------------------------------------------------------------- */

static struct tls_err
entry_parse(struct certificate13 *certificate, struct cursor *list, uint32_t offered)
PRE(FRESH(certificate) && certificate->num_chain <= TLS_CERTIFICATES_MAX && CURSOR_FRESH(list))
PRE(ENTRY_KNOWN(list, certificate, PROOF_AT))
ASSIGNS(list->pos, certificate->num_chain, certificate->chain)
POST(ADVANCED(list) && certificate->num_chain <= TLS_CERTIFICATES_MAX)
POST(!GOOD || (list->pos > OLD(list->pos) && ENTRY_KNOWN(list, certificate, PROOF_AT)))
{
	struct extensions extensions;
	struct cursor cert, before, rest;
	size_t len;

	if (!cursor_vector(list, &cert, 3) || cursor_done(&cert))
		return FAIL(DECODE);
	before = *list;
	if (!cursor_vector(list, &rest, 2))
		return FAIL(DECODE);
	len = list->pos - before.pos;
	before.end = before.pos + len;
	TRY(extensions_parse(&extensions, &before, IN_CERTIFICATE, offered));
	if (certificate->num_chain == TLS_CERTIFICATES_MAX)
		return FAIL(TOO_MANY_CERTIFICATES);
	certificate->chain[certificate->num_chain++] = cursor_rest(&cert);
	return TLS_OK;
}

struct tls_err
tls13_certificate_parse(struct certificate13 *certificate, struct cursor body, uint32_t offered)
{
	struct cursor context, list;

	*certificate = (struct certificate13){ 0 };
	if (!cursor_vector(&body, &context, 1) || !cursor_vector(&body, &list, 3) || !cursor_done(&body))
		return FAIL(DECODE);
	certificate->context = cursor_rest(&context);
	while (!cursor_done(&list))
	LOOP_ASSIGNS(list.pos, certificate->num_chain, certificate->chain)
	LOOP_INVARIANT(list.pos <= list.end && certificate->num_chain <= TLS_CERTIFICATES_MAX)
	LOOP_INVARIANT(ENTRY_KNOWN(&list, certificate, PROOF_AT))
	LOOP_DECREASES(list.end - list.pos)
		TRY(entry_parse(certificate, &list, offered));
	return TLS_OK;
}

struct tls_err
tls13_certificate_verify_parse(struct certificate_verify *verify, struct cursor body)
{
	struct cursor signature;
	uint32_t scheme;

	if (!cursor_uint(&body, &scheme, 2) || !cursor_vector(&body, &signature, 2) || !cursor_done(&body))
		return FAIL(DECODE);
	verify->scheme = (uint16_t)scheme;
	verify->signature = cursor_rest(&signature);
	return TLS_OK;
}

struct tls_err
tls13_key_update_parse(bool *requested, struct cursor body)
{
	uint32_t value;

	if (!cursor_uint(&body, &value, 1) || !cursor_done(&body))
		return FAIL(DECODE);
	if (value > 1)
		return FAIL(ILLEGAL_PARAMETER);
	*requested = value == 1;
	return TLS_OK;
}

void
tls13_certificate_build(struct outbuf *out, struct span context, const struct span *chain, size_t num_chain)
{
	size_t list, each;

	flight_message_begin(out, MSG_CERTIFICATE);
	outbuf_uint(out, context.len, 1);
	outbuf_bytes(out, context);
	list = outbuf_vector(out, 3);
	for (size_t i = 0; i < num_chain; i++) {
		each = outbuf_vector(out, 3);
		outbuf_bytes(out, chain[i]);
		outbuf_vector_end(out, each, 3);
		outbuf_uint(out, 0, 2);
	}
	outbuf_vector_end(out, list, 3);
}

void
tls13_certificate_verify_build(struct outbuf *out, uint16_t scheme, struct span signature)
{
	flight_message_begin(out, MSG_CERTIFICATE_VERIFY);
	outbuf_uint(out, scheme, 2);
	outbuf_uint(out, signature.len, 2);
	outbuf_bytes(out, signature);
}

void
tls13_finished_build(struct outbuf *out, struct span verify_data)
{
	flight_message_begin(out, MSG_FINISHED);
	outbuf_bytes(out, verify_data);
}

/* ---- Client --------------------------------------------------------------------------- */

struct tls_err
tls13_retry_group_parse(uint16_t *group, struct cursor body)
{
	uint32_t value;

	if (!cursor_uint(&body, &value, 2) || !cursor_done(&body))
		return FAIL(DECODE);
	*group = (uint16_t)value;
	return TLS_OK;
}

struct tls_err
tls13_share_parse(uint16_t *group, struct span *share, struct cursor body)
{
	struct cursor key;
	uint32_t value;

	if (!cursor_uint(&body, &value, 2) || !cursor_vector(&body, &key, 2) || !cursor_done(&body))
		return FAIL(DECODE);
	*group = (uint16_t)value;
	*share = cursor_rest(&key);
	return TLS_OK;
}

struct tls_err
tls13_certificate_request_parse(struct cursor *schemes, struct cursor body)
{
	struct extensions ext;
	struct cursor context, list;

	if (!cursor_vector(&body, &context, 1))
		return FAIL(DECODE);
	if (!cursor_done(&context))
		return FAIL(ILLEGAL_PARAMETER);	/* 4.3.2: empty in the handshake */
	TRY(extensions_parse(&ext, &body, IN_REQUEST, 0));
	if (!(ext.seen & EXT_BIT(EXT_SIGNATURE_ALGORITHMS)))
		return FAIL(MISSING_EXTENSION);
	if (ext.seen & EXT_BIT(EXT_SIGNATURE_ALGORITHMS_CERT))
		TRY(list16_parse(&list, ext.body[EXT_SIGNATURE_ALGORITHMS_CERT]));
	if (ext.seen & EXT_BIT(EXT_CERTIFICATE_AUTHORITIES))
		TRY(authorities_parse(ext.body[EXT_CERTIFICATE_AUTHORITIES]));
	return list16_parse(schemes, ext.body[EXT_SIGNATURE_ALGORITHMS]);
}

struct tls_err
tls13_ticket_parse(struct cursor body)
{
	struct extensions ext;
	struct cursor part;
	uint32_t value;

	if (!cursor_uint(&body, &value, 4) || !cursor_uint(&body, &value, 4) || !cursor_vector(&body, &part, 1) ||
	    !cursor_vector(&body, &part, 2) || cursor_done(&part))
		return FAIL(DECODE);
	return extensions_parse(&ext, &body, IN_TICKET, 0);
}

/* ---- Server --------------------------------------------------------------------------- */

static void
key_share_build(struct outbuf *out, const struct server_hello13 *hello)
{
	size_t mark = hello_extension_begin(out, EXT_KEY_SHARE);

	outbuf_uint(out, hello->group, 2);
	if (hello->share.len != 0) {
		outbuf_uint(out, hello->share.len, 2);
		outbuf_bytes(out, hello->share);
	}
	outbuf_vector_end(out, mark, 2);
}

static void
cookie_build(struct outbuf *out, struct span cookie)
{
	size_t mark;

	if (cookie.len == 0)
		return;
	mark = hello_extension_begin(out, EXT_COOKIE);
	outbuf_uint(out, cookie.len, 2);
	outbuf_bytes(out, cookie);
	outbuf_vector_end(out, mark, 2);
}

void
tls13_server_hello_build(struct outbuf *out, const struct server_hello13 *hello)
{
	size_t mark, extensions;

	flight_message_begin(out, MSG_SERVER_HELLO);
	outbuf_uint(out, 0x0303, 2);
	outbuf_bytes(out, hello->random);
	outbuf_uint(out, hello->session_id.len, 1);
	outbuf_bytes(out, hello->session_id);
	outbuf_uint(out, hello->suite, 2);
	outbuf_uint(out, 0, 1);
	extensions = outbuf_vector(out, 2);
	key_share_build(out, hello);
	cookie_build(out, hello->cookie);
	mark = hello_extension_begin(out, EXT_SUPPORTED_VERSIONS);
	outbuf_uint(out, 0x0304, 2);
	outbuf_vector_end(out, mark, 2);
	outbuf_vector_end(out, extensions, 2);
}

static void
groups_build(struct outbuf *out, const struct tls_group *const *groups, size_t num_groups)
{
	size_t mark;

	if (num_groups == 0)
		return;
	mark = hello_extension_begin(out, EXT_SUPPORTED_GROUPS);
	outbuf_uint(out, 2 * num_groups, 2);
	for (size_t i = 0; i < num_groups; i++)
		outbuf_uint(out, groups[i]->code, 2);
	outbuf_vector_end(out, mark, 2);
}

void
tls13_encrypted_extensions_build(struct outbuf *out, const struct encrypted_extensions *with)
{
	size_t list, mark;

	flight_message_begin(out, MSG_ENCRYPTED_EXTENSIONS);
	list = outbuf_vector(out, 2);
	groups_build(out, with->groups, with->num_groups);
	if (with->record_size_limit != 0) {
		mark = hello_extension_begin(out, EXT_RECORD_SIZE_LIMIT);
		outbuf_uint(out, with->record_size_limit, 2);
		outbuf_vector_end(out, mark, 2);
	}
	if (with->server_name)
		outbuf_vector_end(out, hello_extension_begin(out, EXT_SERVER_NAME), 2);
	if (with->alpn.len != 0) {
		mark = hello_extension_begin(out, EXT_ALPN);
		outbuf_uint(out, with->alpn.len + 1, 2);
		outbuf_uint(out, with->alpn.len, 1);
		outbuf_bytes(out, with->alpn);
		outbuf_vector_end(out, mark, 2);
	}
	outbuf_vector_end(out, list, 2);
}

void
tls13_certificate_request_build(struct outbuf *out, const struct tls_scheme *const *schemes, size_t num_schemes,
    struct span authorities)
{
	size_t list, mark;

	flight_message_begin(out, MSG_CERTIFICATE_REQUEST);
	outbuf_uint(out, 0, 1);
	list = outbuf_vector(out, 2);
	mark = hello_extension_begin(out, EXT_SIGNATURE_ALGORITHMS);
	hello_schemes_build(out, schemes, num_schemes);
	outbuf_vector_end(out, mark, 2);
	if (authorities.len != 0) {
		mark = hello_extension_begin(out, EXT_CERTIFICATE_AUTHORITIES);
		outbuf_bytes(out, authorities);
		outbuf_vector_end(out, mark, 2);
	}
	outbuf_vector_end(out, list, 2);
}
