/* record.c: any record that record_header_parse lets through, under any key; the cipher is a function that checks its arguments. */
#include "tests/proofs/harness/shared.h"

#include "tlsstack/record.c"

bool nondet_bool(void);
uint8_t nondet_uint8(void);
uint16_t nondet_uint16(void);
uint64_t nondet_uint64(void);
size_t nondet_size(void);
void other_side(void) { }

static bool
any_open(const struct crypto_aead_key *key, const uint8_t nonce[CRYPTO_NONCE_LEN], struct span aad, uint8_t *data, size_t len,
    const uint8_t tag[CRYPTO_TAG_LEN])
{
	(void)key;
	ASSERT(__CPROVER_r_ok(nonce, CRYPTO_NONCE_LEN) && __CPROVER_r_ok(aad.ptr, aad.len) && aad.len <= AAD_MAX);
	ASSERT(__CPROVER_w_ok(data, len) && __CPROVER_r_ok(tag, CRYPTO_TAG_LEN));
	return nondet_bool();
}

static void
any_seal(const struct crypto_aead_key *key, const uint8_t nonce[CRYPTO_NONCE_LEN], struct span aad, uint8_t *data, size_t len,
    uint8_t tag[CRYPTO_TAG_LEN])
{
	(void)key;
	ASSERT(__CPROVER_r_ok(nonce, CRYPTO_NONCE_LEN) && __CPROVER_r_ok(aad.ptr, aad.len) && aad.len <= AAD_MAX);
	ASSERT(__CPROVER_w_ok(data, len) && __CPROVER_w_ok(tag, CRYPTO_TAG_LEN));
}

static const struct crypto_aead aead = { .open = any_open, .seal = any_seal };
static struct tls_suite suite;
static struct record_key key;
static struct record_header header;
static struct record_content content;
static uint8_t room[TLS_CIPHERTEXT_MAX], *body;	/* a record ends where its room does */

static void
any_record(uint16_t version)
{
	suite.version = version;
	suite.fixed_iv_len = nondet_bool() ? 4 : 12;
	suite.aead = &aead;
	key.suite = &suite;
	key.seq = nondet_uint64();
	ASSUME(key.seq < UINT64_MAX);
	header = (struct record_header){ nondet_uint8(), nondet_uint16(), nondet_uint16() };
	ASSUME(header.len <= sizeof room);
	__CPROVER_havoc_object(room);
	body = room + (sizeof room - header.len);
}

static void
judge(struct tls_err err, size_t max)
{
	if (err.code != 0)
		return;
	ASSERT(content.bytes.len <= max && content.bytes.len <= header.len);
	ASSERT(content.bytes.len == 0 || (__CPROVER_same_object(content.bytes.ptr, body) && __CPROVER_r_ok(content.bytes.ptr, content.bytes.len)));
}

void prove_open12(void) { any_record(0x0303); judge(open12(&content, &key, &header, body), TLS_PLAINTEXT_MAX); REACHED(); }
void prove_open13(void) { any_record(0x0304); judge(open13(&content, &key, &header, body), TLS_PLAINTEXT_MAX); REACHED(); }
void prove_record_open(void) { any_record(nondet_bool() ? 0x0303 : 0x0304); if (nondet_bool()) key.suite = NULL;
    judge(record_open(&content, &key, &header, body), 0xffff); REACHED(); }
