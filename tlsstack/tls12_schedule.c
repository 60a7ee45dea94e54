/* tls12_schedule.c: the PRF of TLS 1.2 and what is made with it.  See tls12_schedule.h. */
#include "tlsstack/tls12_schedule.h"

#include "platform/base/bytes.h"
#include "platform/base/panic.h"

#define KEY_BLOCK_MAX	(2 * CRYPTO_AEAD_KEY_MAX + 2 * CRYPTO_NONCE_LEN)

/* HMAC(first || label || a || b) under the key of `keyed`; `first` may be empty. */
static void
mac_of(const struct crypto_hmac *keyed, uint8_t *out, struct span first, const struct span seed[3])
{
	struct crypto_hmac hmac = *keyed;

	hmac_update(&hmac, first);
	for (size_t i = 0; i < 3; i++)
	LOOP_ASSIGNS(i, hmac.inner)
	LOOP_INVARIANT(i <= 3)
	LOOP_DECREASES(3 - i)
		hmac_update(&hmac, seed[i]);
	hmac_out(&hmac, out);
	wipe(&hmac, sizeof hmac);
}

void
tls12_prf(const struct crypto_hash *hash, uint8_t *out, size_t out_len, struct span secret, struct span label,
    struct span a, struct span b)
{
	const struct span none = { NULL, 0 }, seed[3] = { label, a, b }, empty[3] = { none, none, none };
	uint8_t chain[CRYPTO_HASH_MAX], block[CRYPTO_HASH_MAX], last[CRYPTO_HASH_MAX];
	struct crypto_hmac keyed;

	hmac_init(&keyed, hash, secret);
	mac_of(&keyed, chain, none, seed);
	for (size_t done = 0; done < out_len; done += hash->len)
	LOOP_ASSIGNS(done, ALL_OF(chain), ALL_OF(block), ALL_OF(last), ALL_OF(out))
	LOOP_INVARIANT(done <= out_len + CRYPTO_HASH_MAX_TLS)
	LOOP_DECREASES(out_len + CRYPTO_HASH_MAX_TLS - done)
	{
		size_t len = out_len - done < hash->len ? out_len - done : hash->len;

		mac_of(&keyed, block, (struct span){ chain, hash->len }, seed);
		bytes_copy(out + done, block, len);
		bytes_copy(last, chain, hash->len);
		mac_of(&keyed, chain, (struct span){ last, hash->len }, empty);
	}
	wipe(chain, sizeof chain);
	wipe(block, sizeof block);
	wipe(last, sizeof last);
	wipe(&keyed, sizeof keyed);
}

void
tls12_master(const struct crypto_hash *hash, struct secret *master, struct span pre_master,
    const uint8_t *session_hash)
{
	tls12_prf(hash, master->bytes, TLS12_MASTER_LEN, pre_master, SPAN_LITERAL("extended master secret"),
	    (struct span){ session_hash, hash->len }, (struct span){ NULL, 0 });
}

static void
take(uint8_t *to, struct cursor *block, size_t len)
{
	struct cursor part;

	REQUIRE(cursor_take(block, &part, len));
	bytes_copy(to, cursor_rest(&part).ptr, len);
}

void
tls12_keys(struct record_secret *client, struct record_secret *server, const struct tls_suite *suite,
    const struct secret *master, const uint8_t client_random[32], const uint8_t server_random[32])
{
	size_t key_len = suite->aead->key_len, iv_len = suite->fixed_iv_len;
	uint8_t bytes[KEY_BLOCK_MAX];
	struct cursor block = cursor_of((struct span){ bytes, 2 * key_len + 2 * iv_len });

	tls12_prf(suite->hash, bytes, 2 * key_len + 2 * iv_len, (struct span){ master->bytes, TLS12_MASTER_LEN },
	    SPAN_LITERAL("key expansion"), (struct span){ server_random, 32 }, (struct span){ client_random, 32 });
	*client = (struct record_secret){ .suite = suite };
	*server = (struct record_secret){ .suite = suite };
	take(client->key, &block, key_len);
	take(server->key, &block, key_len);
	take(client->iv, &block, iv_len);
	take(server->iv, &block, iv_len);
	wipe(bytes, sizeof bytes);
}

void
tls12_finished(const struct crypto_hash *hash, uint8_t out[TLS12_VERIFY_LEN], const struct secret *master,
    bool by_server, const uint8_t *transcript_hash)
{
	tls12_prf(hash, out, TLS12_VERIFY_LEN, (struct span){ master->bytes, TLS12_MASTER_LEN },
	    by_server ? SPAN_LITERAL("server finished") : SPAN_LITERAL("client finished"),
	    (struct span){ transcript_hash, hash->len }, (struct span){ NULL, 0 });
}
