/*
 * missing_certificate_verify_test.c: a server that proves nothing (CVE-2020-24613).
 *
 * NCC Group, 2020: wolfSSL's TLS 1.3 client, in the state after the server's certificate, took Finished where
 * CertificateVerify should be.  A certificate is public: whoever sat between could show the real server's, skip the
 * proof of its key, and be that server.
 *
 * Performed: an attacker who did the key exchange himself shows the real certificate, then sends a Finished
 * that is right in every bit.  Then the control: the same, with the real server's signature, is accepted.
 */
#include "tests/attacks/relay.h"

static struct relay relay;

static struct record_key key;

/* The client has a ServerHello; from here on the attacker writes, with the keys of the exchange that he did. */
static void
show_certificate(void)
{
	uint8_t room[2048];

	relay_configure(&relay, 13, false);
	relay_start(&relay);
	relay_pass(&relay.client, &relay.server);
	relay_feed(&relay.client, (struct span){ relay.server.out, 5 + (size_t)(256 * relay.server.out[3] + relay.server.out[4]) });
	key = relay.client.conn->read;
	assert_non_null(key.suite);
	relay_hex(&relay.client, &key, RECORD_HANDSHAKE, "080000020000");
	relay_record(&relay.client, &key, RECORD_HANDSHAKE, peer_certificate_build(room, sizeof room, &relay.world.server.credential));
	assert_int_equal(relay.client.conn->hs.state, HS_EXPECT_CERTIFICATE_VERIFY);
}

static void
finish(void)
{
	struct tls_conn *conn = relay.client.conn;
	uint8_t digest[CRYPTO_HASH_MAX], value[CRYPTO_HASH_MAX], room[64];
	struct outbuf out = outbuf_of(room, sizeof room);

	transcript_out(&conn->transcript, conn->suite->hash, digest);
	tls13_finished(conn->suite->hash, value, &conn->now.client13.server_hs, digest);
	tls13_finished_build(&out, (struct span){ value, conn->suite->hash->len });
	outbuf_vector_end(&out, 1, 3);
	relay_record(&relay.client, &key, RECORD_HANDSHAKE, outbuf_span(&out));
}

static void
no_proof_no_server(void **state)
{
	(void)state;
	show_certificate();
	finish();
	relay_refused(&relay.client, ALERT_UNEXPECTED_MESSAGE);
	assert_int_equal(relay.client.num_established, 0);
	relay_free(&relay);
}

static void
with_the_proof_it_is_one(void **state)
{
	const struct tls_credential *server = &relay.world.server.credential;
	uint8_t digest[CRYPTO_HASH_MAX], value[CRYPTO_HASH_MAX], signed_room[CRYPTO_SIGNATURE_MAX], room[256];
	struct outbuf signature = outbuf_of(signed_room, sizeof signed_room), out = outbuf_of(room, sizeof room);

	(void)state;
	show_certificate();
	transcript_out(&relay.client.conn->transcript, &hash_sha256, digest);
	tls13_signed_digest(server->scheme, value, true, (struct span){ digest, 32 });
	server->scheme->sign(server->scheme, &signature, server->private_key, value, &relay.server.conn->drbg);
	tls13_certificate_verify_build(&out, server->scheme->code, outbuf_span(&signature));
	outbuf_vector_end(&out, 1, 3);
	relay_record(&relay.client, &key, RECORD_HANDSHAKE, outbuf_span(&out));
	finish();
	assert_int_equal(relay.client.num_established, 1);
	relay_free(&relay);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_proof_no_server),
		cmocka_unit_test(with_the_proof_it_is_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
