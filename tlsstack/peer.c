/* peer.c: the peer's chain, key and schemes.  See peer.h. */
#include "tlsstack/peer.h"

#include "platform/base/bytes.h"
#include "tlsstack/hello.h"
#include "tlsstack/x509_name.h"
#include "tlsstack/x509_spki.h"

/* The name or address that a client's configuration asks for; false: any server will do. */
static bool
wanted(struct x509_name *name, const struct tls_conn *conn)
{
	const struct tls_config *config = conn->config;

	if (conn->protocol->is_server)
		return false;
	*name = config->server_name.len != 0
	    ? (struct x509_name){ X509_NAME_DNS, config->server_name }
	    : (struct x509_name){ X509_NAME_IP, config->server_address };
	return name->value.len != 0;
}

struct tls_err
peer_chain(struct tls_conn *conn, struct hs_peer_key *key, const struct span *chain, size_t num_chain)
{
	const struct tls_config *config = conn->config;
	struct x509_name name;
	const struct x509_request request = {
		.anchors = config->anchors, .num_anchors = config->num_anchors,
		.schemes = config->schemes, .num_schemes = config->num_schemes,
		.purpose = conn->protocol->is_server ? X509_PURPOSE_CLIENT : X509_PURPOSE_SERVER,
		.now_s = conn->now_s, .name = wanted(&name, conn) ? &name : NULL
	};
	struct x509_cert leaf;

	TRY(witness_cert(&conn->hs.witness.cert, &leaf, chain, num_chain, &request));
	if (leaf.spki.len > TLS_SPKI_MAX)
		return FAIL_X509(X509_UNSUPPORTED_KEY);
	key->len = (uint16_t)leaf.spki.len;
	bytes_copy(key->spki, leaf.spki.ptr, leaf.spki.len);
	return TLS_OK;
}

static bool
serves(const struct tls_scheme *scheme, uint16_t version)
{
	return version == 0x0304 ? scheme->tls13 : scheme->tls12;
}

struct tls_err
peer_scheme(const struct tls_scheme **scheme, struct crypto_public_key *public, const struct tls_conn *conn,
    const struct hs_peer_key *key, uint16_t code)
{
	const struct tls_config *config = conn->config;

	if (!x509_spki_parse(public, (struct span){ key->spki, key->len }))
		return FAIL_X509(X509_UNSUPPORTED_KEY);
	for (size_t i = 0; i < config->num_schemes; i++)
	LOOP_ASSIGNS(i, *scheme)
	LOOP_INVARIANT(i <= config->num_schemes)
	LOOP_DECREASES(config->num_schemes - i)
	{
		*scheme = config->schemes[i];
		if ((*scheme)->code == code && (*scheme)->key == public->kind &&
		    serves(*scheme, conn->protocol->version))
			return TLS_OK;
	}
	return FAIL(ILLEGAL_PARAMETER);
}

void
peer_authorities_build(struct outbuf *out, const struct tls_config *config)
{
	size_t list = outbuf_vector(out, 2);
	struct x509_cert anchor;

	for (size_t i = 0; i < config->num_anchors; i++) {
		if (x509_parse(&anchor, config->anchors[i].cert) != X509_OK)
			continue;	/* so does x509_verify */
		outbuf_uint(out, anchor.subject.len, 2);
		outbuf_bytes(out, anchor.subject);
	}
	outbuf_vector_end(out, list, 2);
}

uint16_t
peer_curve(enum crypto_key_kind kind)
{
	return kind == CRYPTO_KEY_P256 ? 23 : kind == CRYPTO_KEY_P384 ? 24 : 0;
}

static uint8_t
family_of(const struct tls_scheme *scheme)
{
	return scheme->key == CRYPTO_KEY_P256 || scheme->key == CRYPTO_KEY_P384 ? CRYPTO_EC : CRYPTO_RSA;
}

const struct tls_credential *
peer_credential(const struct tls_config *config, struct cursor schemes, uint16_t version, uint8_t family,
    const struct cursor *curves)
{
	for (size_t i = 0; i < config->num_credentials; i++)
	LOOP_ASSIGNS(i)
	LOOP_INVARIANT(i <= config->num_credentials)
	LOOP_DECREASES(config->num_credentials - i)
	{
		const struct tls_scheme *scheme = config->credentials[i].scheme;

		if (serves(scheme, version) && list16_has(schemes, scheme->code) &&
		    (family == CRYPTO_NO_FAMILY || family == family_of(scheme)) &&
		    (curves == NULL || peer_curve(scheme->key) == 0 || list16_has(*curves, peer_curve(scheme->key))))
			return &config->credentials[i];
	}
	return NULL;
}
