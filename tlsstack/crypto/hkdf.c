/* hkdf.c: HKDF (RFC 5869) over any hash descriptor.  See crypto.h. */
#include "platform/base/bytes.h"
#include "platform/base/panic.h"
#include "tlsstack/crypto/crypto.h"

void
hkdf_extract(const struct crypto_hash *hash, uint8_t *prk, struct span salt, struct span ikm)
{
	struct crypto_hmac hmac;

	/* An absent salt is hash->len zeros: HMAC pads a short key with zeros, so none is the same. */
	hmac_init(&hmac, hash, salt);
	hmac_update(&hmac, ikm);
	hmac_out(&hmac, prk);
	wipe(&hmac, sizeof hmac);
}

void
hkdf_expand(const struct crypto_hash *hash, uint8_t *out, size_t out_len,
    const uint8_t *prk, struct span info)
{
	struct crypto_hmac keyed, hmac;
	uint8_t block[CRYPTO_HASH_MAX];
	size_t block_len = 0;		/* T(0) is empty */
	uint8_t number = 0;

	REQUIRE(out_len <= 255 * hash->len);
	hmac_init(&keyed, hash, (struct span){ prk, hash->len });
	for (size_t done = 0; done < out_len; done += hash->len)
	LOOP_ASSIGNS(done, block_len, number, hmac, ALL_OF(block), ALL_OF(out))
	LOOP_INVARIANT(done == number * hash->len && number <= 255 && (block_len == 0 || block_len == hash->len))
	LOOP_DECREASES(256 - number)
	{
		size_t take = out_len - done < hash->len ? out_len - done : hash->len;

		hmac = keyed;
		number++;
		hmac_update(&hmac, (struct span){ block, block_len });
		hmac_update(&hmac, info);
		hmac_update(&hmac, (struct span){ &number, 1 });
		hmac_out(&hmac, block);
		block_len = hash->len;
		bytes_copy(out + done, block, take);
	}
	wipe(block, sizeof block);
	wipe(&hmac, sizeof hmac);
	wipe(&keyed, sizeof keyed);
}
