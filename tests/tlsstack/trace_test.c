/* trace_test.c: what a trace says of a handshake is what was said; its bounds; that it has no room for secrets. */
#include <stdio.h>

#include "tests/tlsstack/peer.h"

static struct peer_world world_none, world_required;
static struct peer peer;
static const struct hello_spec GOOD;

/* The messages of a trace as text: "<1 >2 >255": from the peer, or ours. */
static const char *
story(const struct tls_trace *trace)
{
	static char text[256];
	size_t len = 0;

	text[0] = '\0';
	for (size_t i = 0; i < trace->num_messages; i++)
		len += (size_t)snprintf(text + len, sizeof text - len, "%s%u%c%u", i == 0 ? "" : " ", trace->message[i].flight,
		    trace->message[i].sent ? '>' : '<', trace->message[i].kind);
	return text;
}

static void
whole_handshake(void **state)
{
	const struct tls_trace *trace;
	const uint8_t *at;
	static const uint8_t UPDATE[] = { MSG_KEY_UPDATE, 0, 0, 1, 0 };

	(void)state;
	peer_init(&peer, &world_none.config);
	trace = tls_trace(peer.server);
	assert_int_equal(trace->num_messages, 0);
	peer_connect(&peer, NULL);
	assert_string_equal(story(trace), "0<1 1>2 1>255 1>8 1>11 1>15 1>20 2<20");
	assert_int_equal(trace->num_flights, 3);
	assert_int_equal(trace->message[2].len, 1);
	assert_int_equal(trace->message[7].len, 4 + 32);
	/* Ours are as long as the client found them. */
	at = peer.messages;
	for (size_t i = 1; i < 7; i++) {
		if (trace->message[i].kind == TLS_TRACE_CCS)
			continue;
		assert_int_equal(trace->message[i].kind, at[0]);
		assert_int_equal(trace->message[i].len, 4 + at[2] * 256u + at[3]);
		at += trace->message[i].len;
	}
	assert_ptr_equal(at, peer.messages + peer.messages_len);
	/* What comes later is no part of it. */
	peer_record(&peer, RECORD_HANDSHAKE, SPAN_ARRAY(UPDATE));
	assert_int_equal(trace->num_messages, 8);
	peer_free(&peer);
}

static void
with_a_certificate(void **state)
{
	(void)state;
	peer_init(&peer, &world_required.config);
	peer_connect(&peer, &world_required.client.credential);
	assert_string_equal(story(tls_trace(peer.server)), "0<1 1>2 1>255 1>8 1>13 1>11 1>15 1>20 2<11 2<15 2<20");
	peer_free(&peer);
}

/* A retry is two more flights; the lists are those of the first hello. */
static void
with_a_retry(void **state)
{
	struct hello_spec none = { .replace = 51 + 1, .body = "0000" };
	static const uint8_t CCS[] = { 1 };
	const struct tls_trace *trace;

	(void)state;
	peer_init(&peer, &world_none.config);
	trace = tls_trace(peer.server);
	peer_hello(&peer, &none);
	assert_int_equal(trace->shares.num, 0);
	peer_record(&peer, RECORD_CHANGE_CIPHER_SPEC, SPAN_ARRAY(CCS));
	peer_hello(&peer, &GOOD);
	assert_string_equal(story(trace), "0<1 1>2 1>255 2<255 2<1 3>2 3>8 3>11 3>15 3>20");
	assert_int_equal(trace->num_flights, 4);
	assert_int_equal(trace->shares.num, 0);
	assert_int_equal(trace->groups.num, 2);
	assert_true(tls_info(peer.server)->hello_retry);
	peer_free(&peer);
}

static void
check_list(const struct tls_trace_list *list, size_t num, uint16_t first, uint16_t last)
{
	assert_int_equal(list->num, num);
	assert_int_equal(list->code[0], first);
	assert_int_equal(list->code[num - 1], last);
}

static void
what_is_offered(void **state)
{
	const struct tls_trace *trace;
	char suites[5 + 4 * 64 + 1], *at = suites;

	(void)state;
	peer_init(&peer, &world_none.config);
	peer_hello(&peer, &(struct hello_spec){ .suites = "00065a5ac0ff1301", .replace = 43 + 1, .body = "06eaea03047f1c" });
	trace = tls_trace(peer.server);
	check_list(&trace->suites, 3, 0x5a5a, 0x1301);
	check_list(&trace->versions, 3, 0xeaea, 0x7f1c);
	check_list(&trace->groups, 2, 0x001d, 0x0017);
	check_list(&trace->shares, 1, 0x001d, 0x001d);
	check_list(&trace->schemes, 1, 0x0403, 0x0403);
	peer_free(&peer);

	/* At the bound and beyond it: counted, not kept. */
	for (unsigned num = TLS_TRACE_CODES; num <= TLS_TRACE_CODES + 1; num++) {
		at = suites;
		at += sprintf(at, "%04x", 2 * num);
		for (unsigned i = 1; i < num; i++)
			at += sprintf(at, "%04x", 0xc100 + i);
		sprintf(at, "1301");
		peer_init(&peer, &world_none.config);
		peer_hello(&peer, &(struct hello_spec){ .suites = suites });
		trace = tls_trace(peer.server);
		assert_false(peer.failed);
		assert_int_equal(trace->suites.num, num);
		assert_int_equal(trace->suites.code[TLS_TRACE_CODES - 1], num == TLS_TRACE_CODES ? 0x1301 : 0xc100 + TLS_TRACE_CODES);
		assert_int_equal(trace->groups.num, 2);
		peer_free(&peer);
	}
}

static void
messages_are_bounded(void **state)
{
	struct { struct tls_trace trace; uint8_t after[64]; } box;

	(void)state;
	memset(&box, 0, sizeof box);
	for (unsigned i = 0; i < 300; i++)
		trace_message(&box.trace, i % 2 == 0, (uint8_t)i, 70000);
	assert_int_equal(box.trace.num_messages, TLS_TRACE_MESSAGES);
	assert_int_equal(box.trace.num_flights, TLS_TRACE_FLIGHTS);
	assert_int_equal(box.trace.message[TLS_TRACE_FLIGHTS - 1].flight, TLS_TRACE_FLIGHTS - 1);
	assert_int_equal(box.trace.message[TLS_TRACE_FLIGHTS].flight, TLS_TRACE_FLIGHTS - 1);
	assert_int_equal(box.trace.message[TLS_TRACE_MESSAGES - 1].kind, TLS_TRACE_MESSAGES - 1);
	assert_int_equal(box.trace.message[0].len, UINT16_MAX);
	for (size_t i = 0; i < sizeof box.after; i++)
		assert_int_equal(box.after[i], 0);
}

/* Nothing of a hello's random, session id or share, and no key, lies in it; the same hello gives the same trace under any seed. */
static void
no_secret_fits(void **state)
{
	struct tls_trace first;
	uint8_t seed[TLS_SEED_LEN];

	(void)state;
	peer_init(&peer, &world_none.config);
	peer_connect(&peer, NULL);
	first = *tls_trace(peer.server);
	peer_free(&peer);
	for (uint8_t i = 1; i < 20; i++) {
		bool same_lengths = true;

		peer_init(&peer, &world_none.config);
		memset(seed, i, sizeof seed);
		peer.server = tls_init(&peer.store, &world_none.config, seed, PEER_NOW);
		peer_connect(&peer, NULL);
		for (size_t j = 0; j < first.num_messages; j++)		/* an ECDSA signature is 70 to 72 bytes */
			same_lengths = same_lengths && (first.message[j].len == tls_trace(peer.server)->message[j].len ||
			    first.message[j].kind == MSG_CERTIFICATE_VERIFY);
		assert_true(same_lengths);
		assert_memory_equal(&first.versions, &tls_trace(peer.server)->versions, sizeof first - offsetof(struct tls_trace, versions));
		peer_free(&peer);
	}
}

/* A connection that has said nothing and one that is connected cost the same: the trace lies in the storage of the state. */
static void
no_memory_beyond_the_state(void **state)
{
	(void)state;
	assert_true(sizeof(struct tls_trace) <= 512);
	assert_true(sizeof(struct tls_conn) <= TLS_CONN_SIZE);
}

static int
once(void **state)
{
	(void)state;
	peer_world(&world_none, &tls13_server);
	peer_world(&world_required, &tls13_server_client_cert_required);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_handshake), cmocka_unit_test(with_a_certificate), cmocka_unit_test(with_a_retry),
		cmocka_unit_test(what_is_offered), cmocka_unit_test(messages_are_bounded), cmocka_unit_test(no_secret_fits),
		cmocka_unit_test(no_memory_beyond_the_state),
	};

	return cmocka_run_group_tests(tests, once, NULL);
}
