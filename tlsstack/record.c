/* record.c: framing and protection of one record.  See record.h. */
#include "tlsstack/record.h"

#include "platform/base/bytes.h"
#include "platform/base/panic.h"
#include "tlsstack/limits.h"

#define EXPLICIT_NONCE_LEN	8u	/* TLS 1.2 with GCM: sent in each record */
#define AAD_MAX			13u

struct tls_err
record_header_parse(struct record_header *header, const uint8_t bytes[RECORD_HEADER_LEN], bool is_protected)
{
	size_t limit = is_protected ? TLS_CIPHERTEXT_MAX : TLS_PLAINTEXT_MAX;

	header->type = bytes[0];
	header->version = (uint16_t)(256u * bytes[1] + bytes[2]);
	header->len = (uint16_t)(256u * bytes[3] + bytes[4]);
	if (bytes[0] < RECORD_CHANGE_CIPHER_SPEC || bytes[0] > RECORD_DATA)
		return FAIL(UNEXPECTED_RECORD);
	if (bytes[1] != 3)	/* the minor version is ignored: RFC 8446, 5.1 and appendix D */
		return FAIL(RECORD_VERSION);
	if (header->len > limit)
		return FAIL(RECORD_OVERFLOW);
	return TLS_OK;
}

void
record_key_set(struct record_key *key, const struct record_secret *secret)
{
	key->suite = secret->suite;
	secret->suite->aead->init(&key->aead, secret->key);
	bytes_copy(key->iv, secret->iv, sizeof key->iv);
	key->seq = 0;
}

/* IV xor sequence number.  With a fixed IV of 4 bytes this is the fixed part, then the number. */
static void
nonce_make(uint8_t nonce[CRYPTO_NONCE_LEN], const struct record_key *key)
PRE(FRESH_BYTES(nonce, CRYPTO_NONCE_LEN) && FRESH(key))
ASSIGNS(UP_TO(nonce, CRYPTO_NONCE_LEN))
{
	bytes_copy(nonce, key->iv, CRYPTO_NONCE_LEN);
	for (size_t i = 0; i < 8; i++)
	LOOP_ASSIGNS(i, UP_TO(nonce, CRYPTO_NONCE_LEN))
	LOOP_INVARIANT(i <= 8)
	LOOP_DECREASES(8 - i)
		nonce[CRYPTO_NONCE_LEN - 1 - i] ^= (uint8_t)(key->seq >> (8 * i));
}

static size_t
explicit_nonce_len(const struct tls_suite *suite)
PRE(FRESH(suite))
ASSIGNS()
POST(RETVAL == 0 || RETVAL == EXPLICIT_NONCE_LEN)
{
	return suite->fixed_iv_len == CRYPTO_NONCE_LEN ? 0 : EXPLICIT_NONCE_LEN;
}

/* TLS 1.2: number, type, version, length of the content (RFC 5246, 6.2.3.3). */
static struct span
aad12(struct outbuf *aad, const struct record_key *key, uint8_t type, size_t len)
{
	outbuf_uint(aad, key->seq, 8);
	outbuf_uint(aad, type, 1);
	outbuf_uint(aad, 0x0303, 2);
	outbuf_uint(aad, len, 2);
	return outbuf_span(aad);
}

static struct tls_err
open12(struct record_content *content, struct record_key *key, const struct record_header *header,
    uint8_t *body)
{
	const struct crypto_aead *aead = key->suite->aead;
	size_t skip = explicit_nonce_len(key->suite), len;
	uint8_t nonce[CRYPTO_NONCE_LEN], room[AAD_MAX];
	struct outbuf aad = outbuf_of(room, sizeof room);

	if (header->len < skip + CRYPTO_TAG_LEN)
		return FAIL(BAD_RECORD_MAC);
	len = header->len - skip - CRYPTO_TAG_LEN;
	nonce_make(nonce, key);
	bytes_copy(nonce + CRYPTO_NONCE_LEN - skip, body, skip);
	if (!aead->open(&key->aead, nonce, aad12(&aad, key, header->type, len), body + skip, len, body + skip + len))
		return FAIL(BAD_RECORD_MAC);
	key->seq++;
	*content = (struct record_content){ header->type, { body + skip, len } };
	return len > TLS_PLAINTEXT_MAX ? FAIL(RECORD_OVERFLOW) : TLS_OK;
}

/* TLS 1.3: the header is the associated data; the type is the last byte that is not zero. */
static struct tls_err
open13(struct record_content *content, struct record_key *key, const struct record_header *header,
    uint8_t *body)
{
	const struct crypto_aead *aead = key->suite->aead;
	uint8_t nonce[CRYPTO_NONCE_LEN];
	uint8_t room[RECORD_HEADER_LEN];
	struct outbuf aad = outbuf_of(room, sizeof room);
	size_t len;

	if (header->len < CRYPTO_TAG_LEN + 1)
		return FAIL(BAD_RECORD_MAC);
	len = header->len - CRYPTO_TAG_LEN;
	nonce_make(nonce, key);
	outbuf_uint(&aad, header->type, 1);
	outbuf_uint(&aad, header->version, 2);	/* as received: a changed byte is a bad MAC */
	outbuf_uint(&aad, header->len, 2);
	if (!aead->open(&key->aead, nonce, outbuf_span(&aad), body, len, body + len))
		return FAIL(BAD_RECORD_MAC);
	key->seq++;
	if (len > TLS_PLAINTEXT_MAX + 1)
		return FAIL(RECORD_OVERFLOW);
	while (len > 0 && body[len - 1] == 0)
	LOOP_ASSIGNS(len)
	LOOP_INVARIANT(len <= header->len && len <= TLS_PLAINTEXT_MAX + 1)
	LOOP_DECREASES(len)
		len--;
	if (len == 0)
		return FAIL(NO_CONTENT_TYPE);
	*content = (struct record_content){ body[len - 1], { body, len - 1 } };
	return TLS_OK;
}

struct tls_err
record_open(struct record_content *content, struct record_key *key, const struct record_header *header,
    uint8_t *body)
{
	if (key->suite == NULL) {
		*content = (struct record_content){ header->type, { body, header->len } };
		return TLS_OK;
	}
	if (key->suite->version == 0x0304)
		return open13(content, key, header, body);
	return open12(content, key, header, body);
}

/* All data passes here, so it is bytes_copy's loop, which is faster than outbuf_bytes'; record_seal looked for room. */
static uint8_t *
content_add(struct outbuf *out, struct span bytes)
{
	uint8_t *data = out->ptr + out->len;

	bytes_copy(data, bytes.ptr, bytes.len);
	out->len += bytes.len;
	return data;
}

static void
seal12(struct record_key *key, struct outbuf *out, enum record_type type, struct span bytes)
{
	size_t skip = explicit_nonce_len(key->suite);
	uint8_t nonce[CRYPTO_NONCE_LEN], room[AAD_MAX], tag[CRYPTO_TAG_LEN];
	struct outbuf aad = outbuf_of(room, sizeof room);
	uint8_t *data;

	outbuf_uint(out, skip + bytes.len + CRYPTO_TAG_LEN, 2);
	outbuf_uint(out, key->seq, skip);
	data = content_add(out, bytes);
	nonce_make(nonce, key);
	key->suite->aead->seal(&key->aead, nonce, aad12(&aad, key, (uint8_t)type, bytes.len), data, bytes.len, tag);
	outbuf_bytes(out, SPAN_ARRAY(tag));
	key->seq++;
}

static void
seal13(struct record_key *key, struct outbuf *out, enum record_type type, struct span bytes)
{
	uint8_t nonce[CRYPTO_NONCE_LEN], tag[CRYPTO_TAG_LEN];
	uint8_t *header = out->ptr + out->len - 3;
	uint8_t *data;

	outbuf_uint(out, bytes.len + 1 + CRYPTO_TAG_LEN, 2);
	data = content_add(out, bytes);
	outbuf_uint(out, type, 1);
	nonce_make(nonce, key);
	key->suite->aead->seal(&key->aead, nonce, (struct span){ header, RECORD_HEADER_LEN }, data, bytes.len + 1, tag);
	outbuf_bytes(out, SPAN_ARRAY(tag));
	key->seq++;
}

void
record_seal(struct record_key *key, struct outbuf *out, uint16_t legacy_version, enum record_type type,
    struct span bytes)
{
	bool plain = key->suite == NULL;
	bool hidden = !plain && key->suite->version == 0x0304;

	REQUIRE(bytes.len <= TLS_PLAINTEXT_MAX && outbuf_room(out) >= bytes.len + RECORD_OVERHEAD_MAX);
	REQUIRE(key->seq != UINT64_MAX);
	outbuf_uint(out, hidden ? RECORD_DATA : type, 1);
	outbuf_uint(out, legacy_version, 2);
	if (plain) {
		outbuf_uint(out, bytes.len, 2);
		(void)content_add(out, bytes);
	} else if (hidden) {
		seal13(key, out, type, bytes);
	} else {
		seal12(key, out, type, bytes);
	}
	REQUIRE(!out->overflow);
}
