/* transcript.c: the running hash of all handshake messages.  See transcript.h. */
#include "tlsstack/transcript.h"

#include "platform/base/bytes.h"
#include "platform/base/panic.h"

#define MESSAGE_HASH	254	/* HandshakeType, RFC 8446, 4.4.1 */

void
transcript_init(struct transcript *transcript)
{
	wipe(transcript, sizeof *transcript);
}

static size_t
find(const struct transcript *transcript, const struct crypto_hash *hash)
{
	size_t i = 0;

	while (i < TRANSCRIPT_HASHES && transcript->hash[i] != hash)
		i++;
	return i;
}

void
transcript_want(struct transcript *transcript, const struct crypto_hash *hash)
{
	size_t i = find(transcript, hash);

	if (i < TRANSCRIPT_HASHES)
		return;
	i = find(transcript, NULL);
	REQUIRE(i < TRANSCRIPT_HASHES);
	transcript->hash[i] = hash;
	hash->init(&transcript->ctx[i]);
}

void
transcript_add(struct transcript *transcript, struct span message)
{
	for (size_t i = 0; i < TRANSCRIPT_HASHES; i++)
		if (transcript->hash[i] != NULL)
			transcript->hash[i]->update(&transcript->ctx[i], message);
}

bool
transcript_has(const struct transcript *transcript, const struct crypto_hash *hash)
{
	return find(transcript, hash) < TRANSCRIPT_HASHES;
}

void
transcript_out(const struct transcript *transcript, const struct crypto_hash *hash, uint8_t *digest)
{
	size_t i = find(transcript, hash);

	REQUIRE(hash != NULL && i < TRANSCRIPT_HASHES);
	hash->out(&transcript->ctx[i], digest);
}

void
transcript_keep(struct transcript *transcript, const struct crypto_hash *hash)
{
	REQUIRE(find(transcript, hash) < TRANSCRIPT_HASHES);
	for (size_t i = 0; i < TRANSCRIPT_HASHES; i++)
		if (transcript->hash[i] != hash)
			transcript->hash[i] = NULL;
}

void
transcript_message_hash(struct transcript *transcript, const struct crypto_hash *hash)
{
	uint8_t message[4 + CRYPTO_HASH_MAX] = { MESSAGE_HASH, 0, 0, (uint8_t)hash->len };
	size_t i = find(transcript, hash);

	transcript_keep(transcript, hash);
	hash->out(&transcript->ctx[i], message + 4);
	hash->init(&transcript->ctx[i]);
	transcript_add(transcript, (struct span){ message, 4 + hash->len });
}
