/* tls13_open.c: KeyUpdate in both directions.  See tls13_open.h; RFC 8446, 4.6.3 and 7.2. */
#include "tlsstack/tls13_open.h"

#include "platform/base/bytes.h"
#include "tlsstack/tls13_messages.h"
#include "tlsstack/tls13_schedule.h"

static void
key_next(struct record_key *key, struct secret *traffic, const struct tls_suite *suite)
{
	struct record_secret secret;

	tls13_next_traffic(suite->hash, traffic);
	tls13_record_secret(&secret, suite, traffic);
	record_key_set(key, &secret);
	wipe(&secret, sizeof secret);
}

struct tls_err
tls13_on_key_update(struct tls_conn *conn, union hs_payload *next, const struct hs_input *in, enum hs_state *to)
{
	bool requested;

	TRY(tls13_key_update_parse(&requested, in->body));
	if (conn->hs.num_key_updates >= TLS_KEY_UPDATES_MAX)
		return FAIL(TOO_MANY_KEY_UPDATES);
	conn->hs.num_key_updates++;
	next->open13 = conn->now.open13;
	key_next(&conn->read, &next->open13.read, conn->suite);
	if (requested && !conn->key_update_answered)
		conn->key_update_due = conn->key_update_answered = true;	/* one while we are silent: 4.6.3 */
	*to = HS_CONNECTED;
	return TLS_OK;
}

void
tls13_rekey(struct tls_conn *conn, struct outbuf *out)
{
	static const uint8_t NOT_REQUESTED[] = { MSG_KEY_UPDATE, 0, 0, 1, 0 };

	record_seal(&conn->write, out, conn->flight.legacy_version, RECORD_HANDSHAKE, SPAN_ARRAY(NOT_REQUESTED));
	key_next(&conn->write, &conn->now.open13.write, conn->suite);
}

void
tls13_export(const struct tls_conn *conn, uint8_t *out, size_t out_len, struct span label, struct span context)
{
	const struct crypto_hash *hash = conn->suite->hash;
	uint8_t digest[CRYPTO_HASH_MAX];
	struct secret secret;

	tls13_derive(hash, &secret, &conn->now.open13.exporter, label, NULL);
	hash_of(hash, digest, context);
	tls13_expand_label(hash, out, out_len, &secret, SPAN_LITERAL("exporter"), (struct span){ digest, hash->len });
	wipe(&secret, sizeof secret);
}
