/* tls12_messages.c: parsing and building the messages of TLS 1.2.  See tls12_messages.h. */
#include "tlsstack/tls12_messages.h"

#include "tlsstack/flight.h"
#include "tlsstack/handshake.h"
#include "tlsstack/hello.h"

#define NAMED_CURVE	3	/* ECCurveType, RFC 8422, 5.4 */
#define RSA_SIGN	1	/* ClientCertificateType, RFC 5246, 7.4.4 */
#define ECDSA_SIGN	64	/* RFC 8422, 5.5 */

/* ---- Both roles ----------------------------------------------------------------------- */

struct tls_err
tls12_certificate_parse(struct certificate12 *certificate, struct cursor body)
{
	struct cursor list, cert;

	*certificate = (struct certificate12){ 0 };
	if (!cursor_vector(&body, &list, 3) || !cursor_done(&body))
		return FAIL(DECODE);
	while (!cursor_done(&list))
	LOOP_ASSIGNS(list.pos, cert, *certificate)
	LOOP_INVARIANT(list.pos <= list.end && certificate->num_chain <= TLS_CERTIFICATES_MAX)
	LOOP_INVARIANT(ENTRY_KNOWN(&list, certificate, PROOF_AT))
	LOOP_DECREASES(list.end - list.pos)
	{
		if (!cursor_vector(&list, &cert, 3) || cursor_done(&cert))
			return FAIL(DECODE);
		if (certificate->num_chain == TLS_CERTIFICATES_MAX)
			return FAIL(TOO_MANY_CERTIFICATES);
		certificate->chain[certificate->num_chain++] = cursor_rest(&cert);
	}
	return TLS_OK;
}

void
tls12_certificate_build(struct outbuf *out, const struct span *chain, size_t num_chain)
{
	size_t list, each;

	flight_message_begin(out, MSG_CERTIFICATE);
	list = outbuf_vector(out, 3);
	for (size_t i = 0; i < num_chain; i++) {
		each = outbuf_vector(out, 3);
		outbuf_bytes(out, chain[i]);
		outbuf_vector_end(out, each, 3);
	}
	outbuf_vector_end(out, list, 3);
}

void
tls12_signature_build(struct outbuf *out, uint16_t scheme, struct span signature)
{
	outbuf_uint(out, scheme, 2);
	outbuf_uint(out, signature.len, 2);
	outbuf_bytes(out, signature);
}

/* ---- Server --------------------------------------------------------------------------- */

static void
alpn_build(struct outbuf *out, struct span alpn)
{
	size_t mark = hello_extension_begin(out, EXT_ALPN);

	outbuf_uint(out, alpn.len + 1, 2);
	outbuf_uint(out, alpn.len, 1);
	outbuf_bytes(out, alpn);
	outbuf_vector_end(out, mark, 2);
}

void
tls12_server_hello_build(struct outbuf *out, const struct server_hello12 *hello)
{
	size_t list, mark;

	flight_message_begin(out, MSG_SERVER_HELLO);
	outbuf_uint(out, 0x0303, 2);
	outbuf_bytes(out, hello->random);
	outbuf_uint(out, 0, 1);			/* no session id: nothing is resumed */
	outbuf_uint(out, hello->suite, 2);
	outbuf_uint(out, 0, 1);
	list = outbuf_vector(out, 2);
	if (hello->renegotiation_info) {
		mark = hello_extension_begin(out, EXT_RENEGOTIATION_INFO);
		outbuf_uint(out, 0, 1);
		outbuf_vector_end(out, mark, 2);
	}
	outbuf_vector_end(out, hello_extension_begin(out, EXT_EXTENDED_MASTER_SECRET), 2);
	if (hello->point_formats) {
		mark = hello_extension_begin(out, EXT_EC_POINT_FORMATS);
		outbuf_uint(out, 0x0100, 2);
		outbuf_vector_end(out, mark, 2);
	}
	if (hello->server_name)
		outbuf_vector_end(out, hello_extension_begin(out, EXT_SERVER_NAME), 2);
	if (hello->alpn.len != 0)
		alpn_build(out, hello->alpn);
	if (hello->record_size_limit != 0) {
		mark = hello_extension_begin(out, EXT_RECORD_SIZE_LIMIT);
		outbuf_uint(out, hello->record_size_limit, 2);
		outbuf_vector_end(out, mark, 2);
	}
	outbuf_vector_end(out, list, 2);
}

void
tls12_params_build(struct outbuf *out, uint16_t group, struct span public)
{
	outbuf_uint(out, NAMED_CURVE, 1);
	outbuf_uint(out, group, 2);
	outbuf_uint(out, public.len, 1);
	outbuf_bytes(out, public);
}

void
tls12_certificate_request_build(struct outbuf *out, const struct tls_scheme *const *schemes, size_t num_schemes,
    struct span authorities)
{
	flight_message_begin(out, MSG_CERTIFICATE_REQUEST);
	outbuf_uint(out, 2, 1);
	outbuf_uint(out, RSA_SIGN, 1);
	outbuf_uint(out, ECDSA_SIGN, 1);
	hello_schemes_build(out, schemes, num_schemes);
	if (authorities.len == 0)
		outbuf_uint(out, 0, 2);
	outbuf_bytes(out, authorities);
}

struct tls_err
tls12_client_key_exchange_parse(struct span *public, struct cursor body)
{
	struct cursor point;

	if (!cursor_vector(&body, &point, 1) || !cursor_done(&body) || cursor_done(&point))
		return FAIL(DECODE);
	*public = cursor_rest(&point);
	return TLS_OK;
}

/* ---- Client --------------------------------------------------------------------------- */

struct tls_err
tls12_server_key_exchange_parse(struct server_key_exchange *exchange, struct cursor body)
{
	struct span whole = cursor_rest(&body);
	struct cursor point, signature;
	uint32_t type, group, scheme;

	if (!cursor_uint(&body, &type, 1))
		return FAIL(DECODE);
	if (type != NAMED_CURVE)
		return FAIL(ILLEGAL_PARAMETER);
	if (!cursor_uint(&body, &group, 2) || !cursor_vector(&body, &point, 1) || cursor_done(&point))
		return FAIL(DECODE);
	exchange->params = (struct span){ whole.ptr, whole.len - cursor_left(&body) };
	if (!cursor_uint(&body, &scheme, 2) || !cursor_vector(&body, &signature, 2) || !cursor_done(&body))
		return FAIL(DECODE);
	exchange->group = (uint16_t)group;
	exchange->scheme = (uint16_t)scheme;
	exchange->public = cursor_rest(&point);
	exchange->signature = cursor_rest(&signature);
	return TLS_OK;
}

struct tls_err
tls12_certificate_request_parse(struct certificate_request12 *request, struct cursor body)
{
	struct cursor types, names;
	uint32_t type;

	*request = (struct certificate_request12){ 0 };
	if (!cursor_vector(&body, &types, 1) || cursor_done(&types) || !cursor_vector(&body, &request->schemes, 2) ||
	    cursor_done(&request->schemes) || cursor_left(&request->schemes) % 2 != 0 || !cursor_vector(&body, &names, 2) ||
	    !cursor_done(&body))
		return FAIL(DECODE);
	while (cursor_uint(&types, &type, 1))
	LOOP_ASSIGNS(types.pos, type, request->takes_ec, request->takes_rsa)
	LOOP_INVARIANT(types.pos <= types.end)
	LOOP_DECREASES(types.end - types.pos)
	{
		request->takes_ec = request->takes_ec || type == ECDSA_SIGN;
		request->takes_rsa = request->takes_rsa || type == RSA_SIGN;
	}
	return authorities_check(names);
}

void
tls12_client_key_exchange_build(struct outbuf *out, struct span public)
{
	flight_message_begin(out, MSG_CLIENT_KEY_EXCHANGE);
	outbuf_uint(out, public.len, 1);
	outbuf_bytes(out, public);
}
