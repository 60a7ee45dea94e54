/* tls13_schedule.c: HKDF chains of TLS 1.3.  See tls13_schedule.h; RFC 8446, 7.1 to 7.3 and 4.4. */
#include "tlsstack/tls13_schedule.h"

#include "platform/base/bytes.h"
#include "platform/base/panic.h"

#define INFO_MAX	(2 + 1 + 255 + 1 + CRYPTO_HASH_MAX)	/* a label of up to 249 bytes: an exporter's */
#define PREFIX		SPAN_LITERAL("tls13 ")

static struct span
secret_span(const struct crypto_hash *hash, const struct secret *secret)
{
	return (struct span){ secret->bytes, hash->len };
}

void
tls13_expand_label(const struct crypto_hash *hash, uint8_t *out, size_t out_len, const struct secret *secret,
    struct span label, struct span context)
{
	uint8_t room[INFO_MAX];
	struct outbuf info = outbuf_of(room, sizeof room);

	REQUIRE(label.len <= 255 - PREFIX.len && context.len <= CRYPTO_HASH_MAX);	/* each length is one byte, which would wrap */
	outbuf_uint(&info, out_len, 2);
	outbuf_uint(&info, PREFIX.len + label.len, 1);
	outbuf_bytes(&info, PREFIX);
	outbuf_bytes(&info, label);
	outbuf_uint(&info, context.len, 1);
	outbuf_bytes(&info, context);
	REQUIRE(!info.overflow);
	hkdf_expand(hash, out, out_len, secret->bytes, outbuf_span(&info));
}

void
tls13_derive(const struct crypto_hash *hash, struct secret *out, const struct secret *from, struct span label,
    const uint8_t *transcript_hash)
{
	uint8_t empty[CRYPTO_HASH_MAX];

	if (transcript_hash == NULL) {
		hash_of(hash, empty, (struct span){ NULL, 0 });
		transcript_hash = empty;
	}
	tls13_expand_label(hash, out->bytes, hash->len, from, label, (struct span){ transcript_hash, hash->len });
}

void
tls13_handshake_secret(const struct crypto_hash *hash, struct secret *out, struct span shared)
{
	static const uint8_t ZERO[CRYPTO_HASH_MAX];
	struct secret early, salt;

	hkdf_extract(hash, early.bytes, (struct span){ ZERO, hash->len }, (struct span){ ZERO, hash->len });
	tls13_derive(hash, &salt, &early, SPAN_LITERAL("derived"), NULL);
	hkdf_extract(hash, out->bytes, secret_span(hash, &salt), shared);
	wipe(&early, sizeof early);
	wipe(&salt, sizeof salt);
}

void
tls13_master_secret(const struct crypto_hash *hash, struct secret *out, const struct secret *handshake)
{
	static const uint8_t ZERO[CRYPTO_HASH_MAX];
	struct secret salt;

	tls13_derive(hash, &salt, handshake, SPAN_LITERAL("derived"), NULL);
	hkdf_extract(hash, out->bytes, secret_span(hash, &salt), (struct span){ ZERO, hash->len });
	wipe(&salt, sizeof salt);
}

void
tls13_record_secret(struct record_secret *out, const struct tls_suite *suite, const struct secret *traffic)
{
	const struct span none = { NULL, 0 };

	out->suite = suite;
	tls13_expand_label(suite->hash, out->key, suite->aead->key_len, traffic, SPAN_LITERAL("key"), none);
	tls13_expand_label(suite->hash, out->iv, sizeof out->iv, traffic, SPAN_LITERAL("iv"), none);
}

void
tls13_next_traffic(const struct crypto_hash *hash, struct secret *traffic)
{
	struct secret next;

	tls13_expand_label(hash, next.bytes, hash->len, traffic, SPAN_LITERAL("traffic upd"), (struct span){ NULL, 0 });
	*traffic = next;
	wipe(&next, sizeof next);
}

void
tls13_finished(const struct crypto_hash *hash, uint8_t *out, const struct secret *traffic,
    const uint8_t *transcript_hash)
{
	struct secret key;
	struct crypto_hmac hmac;

	tls13_expand_label(hash, key.bytes, hash->len, traffic, SPAN_LITERAL("finished"), (struct span){ NULL, 0 });
	hmac_init(&hmac, hash, secret_span(hash, &key));
	hmac_update(&hmac, (struct span){ transcript_hash, hash->len });
	hmac_out(&hmac, out);
	wipe(&hmac, sizeof hmac);
	wipe(&key, sizeof key);
}

void
tls13_signed_digest(const struct tls_scheme *scheme, uint8_t *digest, bool by_server, struct span transcript_hash)
{
	static const char SERVER[] = "TLS 1.3, server CertificateVerify";
	static const char CLIENT[] = "TLS 1.3, client CertificateVerify";
	uint8_t pad[64];
	struct crypto_hash_ctx ctx;

	_Static_assert(sizeof SERVER == sizeof CLIENT, "the NUL is signed too");
	bytes_set(pad, 0x20, sizeof pad);
	scheme->hash->init(&ctx);
	scheme->hash->update(&ctx, SPAN_ARRAY(pad));
	scheme->hash->update(&ctx, (struct span){ (const uint8_t *)(by_server ? SERVER : CLIENT), sizeof SERVER });
	scheme->hash->update(&ctx, transcript_hash);
	scheme->hash->out(&ctx, digest);
}
