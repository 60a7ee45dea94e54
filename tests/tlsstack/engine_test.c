/*
 * engine_test.c: a golden conversation cut at every byte; every truncation and every byte changed of a
 * ClientHello and of a Certificate: never a crash, never CONNECTED; buffers, closing, wiping.
 */
#include <stdio.h>

#include "tests/tlsstack/peer.h"

static struct peer_world world_none, world_required;
static struct peer peer;
static const struct hello_spec GOOD;

/* ---- Golden conversation --------------------------------------------------------------- */

static uint8_t golden_in[8192], golden_out[8192];
static size_t golden_in_len, golden_out_len;

/* Everything that the client of a good conversation sends, and everything that comes back. */
static void
record_golden(void)
{
	static const uint8_t UPDATE[] = { MSG_KEY_UPDATE, 0, 0, 1, 1 }, CLOSE[] = { 1, 0 };
	struct outbuf in = outbuf_of(golden_in, sizeof golden_in);
	struct peer twin;
	uint8_t room[4096], copy[PEER_ROOM];
	struct span message;

	peer_init(&twin, &world_required.config);
	message = peer_hello_build(&twin, room, sizeof room, &GOOD);
	transcript_add(&twin.transcript, message);
	record_seal(&twin.write, &in, 0x0301, RECORD_HANDSHAKE, message);
	peer_feed(&twin, outbuf_span(&in));
	bytes_copy(copy, twin.wire, twin.wire_len);
	golden_out_len = twin.wire_len;
	bytes_copy(golden_out, copy, golden_out_len);
	peer_read(&twin);
	message = peer_certificate_build(room, sizeof room, &world_required.client.credential);
	transcript_add(&twin.transcript, message);
	record_seal(&twin.write, &in, 0x0303, RECORD_HANDSHAKE, message);
	message = peer_verify_build(&twin, room, sizeof room, &world_required.client.credential);
	transcript_add(&twin.transcript, message);
	record_seal(&twin.write, &in, 0x0303, RECORD_HANDSHAKE, message);
	message = peer_finished_build(&twin, room, sizeof room);
	record_seal(&twin.write, &in, 0x0303, RECORD_HANDSHAKE, message);
	peer_key(&twin, &twin.write, &twin.client_ap);
	record_seal(&twin.write, &in, 0x0303, RECORD_DATA, SPAN_LITERAL("some data"));
	record_seal(&twin.write, &in, 0x0303, RECORD_HANDSHAKE, SPAN_ARRAY(UPDATE));
	tls13_next_traffic(twin.suite->hash, &twin.client_ap);
	peer_key(&twin, &twin.write, &twin.client_ap);
	record_seal(&twin.write, &in, 0x0303, RECORD_DATA, SPAN_LITERAL("and more"));
	record_seal(&twin.write, &in, 0x0303, RECORD_ALERT, SPAN_ARRAY(CLOSE));
	golden_in_len = in.len;
	peer_free(&twin);

	peer_init(&twin, &world_required.config);
	peer_feed(&twin, outbuf_span(&in));
	golden_out_len = twin.wire_len;
	bytes_copy(golden_out, twin.wire, golden_out_len);
	peer_free(&twin);
}

static void
same_as_golden(void)
{
	assert_true(peer.established && peer.closed && !peer.failed);
	assert_int_equal(peer.num_established, 1);
	assert_int_equal(peer.data_len, 17);
	assert_memory_equal(peer.data, "some dataand more", 17);
	assert_int_equal(peer.wire_len, golden_out_len);
	assert_memory_equal(peer.wire, golden_out, golden_out_len);
}

static void
every_split(void **state)
{
	(void)state;
	assert_true(golden_in_len > 700 && golden_out_len > 700);
	for (size_t cut = 0; cut <= golden_in_len; cut++) {
		peer_init(&peer, &world_required.config);
		peer_feed(&peer, (struct span){ golden_in, cut });
		peer_feed(&peer, (struct span){ golden_in + cut, golden_in_len - cut });
		same_as_golden();
		peer_free(&peer);
	}
}

static void
byte_by_byte(void **state)
{
	(void)state;
	peer_init(&peer, &world_required.config);
	for (size_t i = 0; i < golden_in_len; i++)
		peer_feed(&peer, (struct span){ golden_in + i, 1 });
	same_as_golden();
	peer_free(&peer);
}

/* A byte changed anywhere in the conversation: the server never sees another conversation as good. */
static void
every_flip(void **state)
{
	size_t hello_len = 5 + (size_t)(256 * golden_in[3] + golden_in[4]);
	unsigned connected = 0;

	(void)state;
	for (size_t i = hello_len; i < golden_in_len; i++) {
		uint8_t bytes[sizeof golden_in];

		bytes_copy(bytes, golden_in, golden_in_len);
		bytes[i] ^= 0x01;
		peer_init(&peer, &world_required.config);
		peer_feed(&peer, (struct span){ bytes, golden_in_len });
		assert_false(peer.closed && !peer.failed && peer.data_len == 17);
		connected += peer.established;
		peer_free(&peer);
	}
	print_message("%u of %zu ended after CONNECTED\n", connected, golden_in_len - hello_len);
}

/* ---- Mutations ------------------------------------------------------------------------- */

static const uint8_t MASKS[] = { 0x01, 0x80, 0xff };

/* Feed a hello that is not what the client believes it sent, then go on as if nothing was. */
static void
hello_must_fail(struct span hello, struct span believed)
{
	peer_record(&peer, RECORD_HANDSHAKE, hello);
	assert_false(peer.established);
	if (!peer.failed && peer.wire_len > 5 && peer.wire[0] == RECORD_HANDSHAKE &&
	    memcmp(peer.wire + 5 + 6, tls13_retry_random, 32) != 0) {
		size_t len = (size_t)(256 * peer.wire[3] + peer.wire[4]);

		transcript_add(&peer.transcript, believed);
		transcript_add(&peer.transcript, (struct span){ peer.wire + 5, len });
		peer_server_hello(&peer, peer.wire + 5);
		peer_finish(&peer);
		assert_true(peer.failed);
	}
	assert_false(peer.established);
}

static void
client_hello_mutations(void **state)
{
	struct hello_spec spec = { .append = 28 + 1, .append_body = "4001" };
	uint8_t good[512], bad[512];
	struct span hello;

	(void)state;
	peer_init(&peer, &world_none.config);
	hello = peer_hello_build(&peer, good, sizeof good, &spec);
	peer_free(&peer);
	for (size_t i = 0; i < hello.len; i++)
		for (size_t mask = 0; mask <= sizeof MASKS; mask++) {
			size_t len = hello.len;

			bytes_copy(bad, good, hello.len);
			if (mask == sizeof MASKS)
				len = i;	/* a truncation; its header says so or not */
			else
				bad[i] ^= MASKS[mask];
			peer_init(&peer, &world_none.config);
			(void)peer_hello_build(&peer, good, sizeof good, &spec);
			hello_must_fail((struct span){ bad, len }, hello);
			peer_free(&peer);
			if (mask != sizeof MASKS || i < 4)
				continue;
			bad[2] = (uint8_t)((i - 4) >> 8);
			bad[3] = (uint8_t)(i - 4);
			peer_init(&peer, &world_none.config);
			peer_record(&peer, RECORD_HANDSHAKE, (struct span){ bad, i });
			assert_true(peer.failed);
			peer_free(&peer);
		}
}

/* The strongest client: its transcript has what it really sent, and it signs with its real key. */
static void
certificate_must_fail(struct span certificate)
{
	uint8_t room[512];

	peer_init(&peer, &world_required.config);
	peer_hello(&peer, &GOOD);
	peer_read(&peer);
	peer_say(&peer, certificate);
	if (!peer.failed)
		peer_say(&peer, peer_verify_build(&peer, room, sizeof room, &world_required.client.credential));
	if (!peer.failed)
		peer_finish(&peer);
	assert_false(peer.established);
	peer_free(&peer);
}

static void
certificate_mutations(void **state)
{
	uint8_t good[2048], bad[2048];
	struct span certificate = peer_certificate_build(good, sizeof good, &world_required.client.credential);

	(void)state;
	for (size_t i = 0; i < certificate.len; i++) {
		for (size_t mask = 0; mask < sizeof MASKS; mask++) {
			bytes_copy(bad, good, certificate.len);
			bad[i] ^= MASKS[mask];
			certificate_must_fail((struct span){ bad, certificate.len });
		}
		if (i < 4)
			continue;
		bytes_copy(bad, good, certificate.len);
		bad[2] = (uint8_t)((i - 4) >> 8);
		bad[3] = (uint8_t)(i - 4);
		certificate_must_fail((struct span){ bad, i });
	}
}

/* ---- The interface --------------------------------------------------------------------- */

/* A buffer is asked for when a record begins, and goes back when nothing is half read. */
static void
buffers(void **state)
{
	static const uint8_t HALF[] = { 22, 3, 1, 1, 44, 1 };
	uint8_t room[TLS_OUT_MIN], *buffer;
	struct outbuf out = outbuf_of(room, sizeof room);
	struct cursor in = cursor_of((struct span){ HALF, 4 });
	struct span app;

	(void)state;
	peer_init(&peer, &world_none.config);
	assert_int_equal(tls_step(peer.server, &out, &app, &in), TLS_WANT_INPUT);
	assert_null(tls_unlend(peer.server));
	assert_int_equal(tls_record_left(peer.server), 0);	/* nobody knows yet */
	in = cursor_of((struct span){ HALF + 4, 2 });
	assert_int_equal(tls_step(peer.server, &out, &app, &in), TLS_WANT_BUFFER);
	assert_int_equal(cursor_left(&in), 1);
	assert_int_equal(tls_record_left(peer.server), 300);
	peer.buffer = malloc(TLS_BUFFER_SIZE);
	tls_lend(peer.server, peer.buffer);
	assert_int_equal(tls_step(peer.server, &out, &app, &in), TLS_WANT_INPUT);
	assert_null(tls_unlend(peer.server));	/* half a record */
	assert_int_equal(tls_record_left(peer.server), 299);
	peer_free(&peer);

	peer_init(&peer, &world_none.config);
	peer_connect(&peer, NULL);
	peer_record(&peer, RECORD_DATA, SPAN_LITERAL("secret text"));
	assert_int_equal(tls_record_left(peer.server), 0);
	buffer = tls_unlend(peer.server);
	assert_ptr_equal(buffer, peer.buffer);
	for (size_t i = 0; i < TLS_BUFFER_SIZE; i++)
		assert_int_equal(buffer[i], 0);
	assert_null(tls_unlend(peer.server));
	free(buffer);
	peer.buffer = NULL;
	peer_record(&peer, RECORD_DATA, SPAN_LITERAL("again"));
	assert_int_equal(peer.data_len, 16);
	peer_free(&peer);
}

/* A full `out` loses nothing: neither the flight nor an alert. */
static void
room(void **state)
{
	static const uint8_t BAD[] = { 22, 3, 1, 0, 4, 99, 0, 0, 0 };
	uint8_t none[1];
	struct outbuf out = outbuf_of(none, 0);
	struct cursor in = cursor_of(SPAN_ARRAY(BAD));
	struct span app;

	(void)state;
	peer_init(&peer, &world_none.config);
	assert_int_equal(tls_step(peer.server, &out, &app, &in), TLS_WANT_BUFFER);
	peer.buffer = malloc(TLS_BUFFER_SIZE);
	tls_lend(peer.server, peer.buffer);
	assert_int_equal(tls_step(peer.server, &out, &app, &in), TLS_WANT_ROOM);
	out = outbuf_of(peer.wire, 64);
	assert_int_equal(tls_step(peer.server, &out, &app, &in), TLS_FAILED);
	peer.wire_len = out.len;
	peer.failed = true;
	peer_expect_alert(&peer, ALERT_UNEXPECTED_MESSAGE);
	out = outbuf_of(peer.wire, 64);
	assert_int_equal(tls_step(peer.server, &out, &app, &in), TLS_FAILED);
	assert_int_equal(out.len, 0);
	peer_free(&peer);
}

/* close_notify goes once; nothing follows it, not even an alert; a dead connection sends nothing. */
static void
closing(void **state)
{
	uint8_t bytes[TLS_OUT_MIN];
	struct outbuf out = outbuf_of(bytes, sizeof bytes);
	struct cursor data = cursor_of(SPAN_LITERAL("late"));

	(void)state;
	peer_init(&peer, &world_none.config);
	peer_connect(&peer, NULL);
	tls_close(peer.server, &out);
	tls_close(peer.server, &out);
	tls_send(peer.server, &out, &data);
	assert_int_equal(out.len, 5 + 2 + 1 + 16);
	assert_int_equal(cursor_left(&data), 4);
	bytes_copy(peer.wire, bytes, out.len);
	peer.wire_len = out.len;
	peer_read(&peer);
	assert_int_equal(peer.alert, ALERT_CLOSE_NOTIFY);
	assert_int_equal(peer.alert_level, 1);
	peer_record(&peer, RECORD_CHANGE_CIPHER_SPEC, SPAN_LITERAL("x"));
	assert_true(peer.failed);
	assert_int_equal(peer.wire_len, 0);
	peer_free(&peer);
}

/* Nothing of a connection is left in its storage, nor in a failed one's but what says why. */
static void
wiping(void **state)
{
	(void)state;
	peer_init(&peer, &world_required.config);
	peer_connect(&peer, &world_required.client.credential);
	peer_free(&peer);
	for (size_t i = 0; i < sizeof peer.store.bytes; i++)
		assert_int_equal(peer.store.bytes[i], 0);
	peer_init(&peer, &world_required.config);
	peer_connect(&peer, &world_required.client.credential);
	peer_record(&peer, RECORD_HANDSHAKE, SPAN_LITERAL("zzzz"));
	assert_true(peer.failed);
	assert_null(tls_peer(peer.server));
	for (size_t i = 0; i < sizeof peer.server->now; i++)
		assert_int_equal(((const uint8_t *)&peer.server->now)[i], 0);
	for (size_t i = 0; i < sizeof peer.server->read; i++)
		assert_int_equal(((const uint8_t *)&peer.server->read)[i], 0);
	for (size_t i = 0; i < sizeof peer.server->write; i++)
		assert_int_equal(((const uint8_t *)&peer.server->write)[i], 0);
	peer_free(&peer);
}

static int
worlds(void **state)
{
	(void)state;
	peer_world(&world_none, &tls13_server);
	peer_world(&world_required, &tls13_server_client_cert_required);
	record_golden();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_split),
		cmocka_unit_test(byte_by_byte),
		cmocka_unit_test(every_flip),
		cmocka_unit_test(client_hello_mutations),
		cmocka_unit_test(certificate_mutations),
		cmocka_unit_test(buffers),
		cmocka_unit_test(room),
		cmocka_unit_test(closing),
		cmocka_unit_test(wiping),
	};

	return cmocka_run_group_tests(tests, worlds, NULL);
}
