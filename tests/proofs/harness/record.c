/*
 * record.c: any record that record_header_parse() lets through, under any key; the cipher is a function that checks its arguments.
 * Sealing: any content of up to a record's plaintext, wherever a peer's limit cuts it, into any buffer with the room that record_seal()
 * demands: it does not overflow, and a record takes no more than that room.
 */
#include "tests/proofs/harness/shared.h"

#include "tlsstack/record.c"

bool nondet_bool(void);
uint8_t nondet_uint8(void);
uint16_t nondet_uint16(void);
uint64_t nondet_uint64(void);
size_t nondet_size(void);
void *malloc(size_t len);
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

static void
any_init(struct crypto_aead_key *to, const uint8_t *secret)
{
	ASSERT(__CPROVER_w_ok(to, sizeof *to) && __CPROVER_r_ok(secret, CRYPTO_AEAD_KEY_MAX));
}

static const struct crypto_aead aead = { .init = any_init, .open = any_open, .seal = any_seal };
static struct tls_suite suite;
static struct record_key key;
static struct record_header header;
static struct record_content content;
static uint8_t *body;
static uint64_t seq_before;

static void
any_record(uint16_t version)
{
	suite.version = version;
	suite.fixed_iv_len = nondet_bool() ? 4 : 12;
	suite.aead = &aead;
	key.suite = &suite;
	key.seq = nondet_uint64();
	ASSUME(key.seq < UINT64_MAX);
	seq_before = key.seq;
	header = (struct record_header){ nondet_uint8(), nondet_uint16(), nondet_uint16() };
	ASSUME(header.len <= TLS_CIPHERTEXT_MAX);
	body = malloc(header.len);	/* a record ends where its room does */
	ASSUME(body != NULL);
}

static void
judge(struct tls_err err, size_t max)
{
	ASSERT(key.seq == seq_before + (key.suite != NULL && err.code != TLS_ERR_BAD_RECORD_MAC ? 1 : 0));	/* each number once */
	if (err.code != 0)
		return;
	ASSERT(content.bytes.len <= max && content.bytes.len <= header.len);
	ASSERT(content.bytes.len == 0 || (__CPROVER_same_object(content.bytes.ptr, body) && __CPROVER_r_ok(content.bytes.ptr, content.bytes.len)));
}

void prove_open12(void) { any_record(0x0303); judge(open12(&content, &key, &header, body), TLS_PLAINTEXT_MAX); REACHED(); }
void prove_open13(void) { any_record(0x0304); judge(open13(&content, &key, &header, body), TLS_PLAINTEXT_MAX); REACHED(); }
void prove_record_open(void) { any_record(nondet_bool() ? 0x0303 : 0x0304); if (nondet_bool()) key.suite = NULL;
    judge(record_open(&content, &key, &header, body), 0xffff); REACHED(); }

/* ---- Sealing ---------------------------------------------------------------------------- */

static struct outbuf out;
static struct span bytes;

/* A buffer with the room that sealing demands, of which `begun` bytes are written, and what is to be sealed. */
static void
any_seal_of(uint16_t version, size_t begun)
{
	uint8_t *from;

	any_record(version);
	bytes.len = nondet_size();
	ASSUME(bytes.len <= TLS_PLAINTEXT_MAX);
	from = malloc(bytes.len);
	out = (struct outbuf){ NULL, nondet_size(), nondet_size(), false };
	ASSUME(out.cap <= INPUT_MAX && out.len >= begun && out.len <= out.cap);
	ASSUME(outbuf_room(&out) >= bytes.len + RECORD_OVERHEAD_MAX - begun);
	out.ptr = malloc(out.cap);
	ASSUME(from != NULL && out.ptr != NULL);
	bytes.ptr = from;
}

static void
judge_sealed(size_t before, unsigned sealed)
{
	ASSERT(key.seq == seq_before + sealed);
	ASSERT(!out.overflow && out.len <= out.cap && out.len >= before + bytes.len && out.len <= before + bytes.len + RECORD_OVERHEAD_MAX);
}

void prove_aad12(void) { uint8_t place[AAD_MAX]; struct outbuf aad = outbuf_of(place, sizeof place); any_record(0x0303);
    struct span all = aad12(&aad, &key, nondet_uint8(), nondet_size()); ASSERT(all.len == AAD_MAX && all.ptr == place && !aad.overflow); REACHED(); }
void prove_record_key_set(void) { struct record_secret secret; any_record(0x0304); secret.suite = &suite; record_key_set(&key, &secret);
    ASSERT(key.suite == &suite && key.seq == 0); REACHED(); }
void prove_content_add(void) { any_seal_of(0x0304, 0); size_t before = out.len; (void)content_add(&out, bytes); judge_sealed(before, 0); REACHED(); }
void prove_seal12(void) { any_seal_of(0x0303, 3); size_t before = out.len - 3; seal12(&key, &out, RECORD_DATA, bytes); judge_sealed(before, 1); REACHED(); }
void prove_seal13(void) { any_seal_of(0x0304, 3); size_t before = out.len - 3; seal13(&key, &out, RECORD_DATA, bytes); judge_sealed(before, 1); REACHED(); }

void
prove_record_seal(void)
{
	any_seal_of(nondet_bool() ? 0x0303 : 0x0304, 0);
	if (nondet_bool())
		key.suite = NULL;
	size_t before = out.len;
	record_seal(&key, &out, nondet_uint16(), (enum record_type)nondet_uint8(), bytes);
	judge_sealed(before, key.suite != NULL ? 1 : 0);
	REACHED();
}
