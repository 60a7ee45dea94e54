/* aead_test.h: what every AEAD must do, for the tests of each. */
#ifndef AEAD_TEST_H
#define AEAD_TEST_H

#include "tests/hex.h"
#include "tlsstack/crypto/crypto.h"

struct aead_answer { const struct crypto_aead *aead; const char *key, *nonce, *aad, *plain, *sealed, *tag; };

/* Seals to the known answer; opens it; refuses it with any one byte changed, ciphertext untouched. */
static inline void
aead_expect(const struct aead_answer *answer)
{
	uint8_t secret[32], nonce[12], aad[64], plain[160], sealed[160], want_tag[16], data[160], tag[16];
	size_t len = hex_read(plain, answer->plain), aad_len = hex_read(aad, answer->aad);
	struct crypto_aead_key key;
	struct span aad_span = { aad, aad_len };

	assert_int_equal(hex_read(secret, answer->key), answer->aead->key_len);
	assert_int_equal(hex_read(nonce, answer->nonce), sizeof nonce);
	assert_int_equal(hex_read(sealed, answer->sealed), len);
	hex_read(want_tag, answer->tag);
	answer->aead->init(&key, secret);

	memcpy(data, plain, len);
	answer->aead->seal(&key, nonce, aad_span, data, len, tag);
	assert_memory_equal(data, sealed, len);
	assert_memory_equal(tag, want_tag, sizeof tag);
	assert_true(answer->aead->open(&key, nonce, aad_span, data, len, tag));
	assert_memory_equal(data, plain, len);

	for (size_t i = 0; i < len + aad_len + 16 + 12; i++) {
		uint8_t *byte = i < len ? sealed + i : i < len + aad_len ? aad + (i - len) :
		    i < len + aad_len + 16 ? tag + (i - len - aad_len) : nonce + (i - len - aad_len - 16);

		*byte ^= (uint8_t)(1u << (i % 8));
		memcpy(data, sealed, len);
		assert_false(answer->aead->open(&key, nonce, aad_span, data, len, tag));
		assert_memory_equal(data, sealed, len);		/* no plaintext before the tag was checked */
		*byte ^= (uint8_t)(1u << (i % 8));
	}
}

/* Every length over two blocks of each kind survives a round trip. */
static inline void
aead_round_trips(const struct crypto_aead *aead)
{
	uint8_t secret[32] = { 7 }, nonce[12] = { 3 }, data[300], want[300], tag[16];
	struct crypto_aead_key key;

	aead->init(&key, secret);
	for (size_t len = 0; len <= sizeof data; len++) {
		for (size_t i = 0; i < len; i++)
			data[i] = want[i] = (uint8_t)(i * 31 + len);
		aead->seal(&key, nonce, (struct span){ secret, len % 32 }, data, len, tag);
		assert_true(aead->open(&key, nonce, (struct span){ secret, len % 32 }, data, len, tag));
		assert_memory_equal(data, want, len);
	}
}

#endif
