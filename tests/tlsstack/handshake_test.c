/*
 * handshake_test.c: what the tables give for nothing, with no handshake run.
 *
 *   moves      every state x 256 messages x both record alignments: exactly the rows move, all else is
 *              unexpected_message
 *   graph      CONNECTED can not be reached without each authenticating message; mutants are caught
 *   witnesses  CONNECTED panics without each witness that the policy demands
 *
 * `handshake_test states` prints the state diagram from the tables (make states).
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "platform/base/bytes.h"
#include "tests/panics.h"
#include "tlsstack/conn.h"

#define MAX_ROWS 16

static const struct { const char *name; const struct tls_protocol *protocol; } PROTOCOLS[] = {
	{ "tls13_server", &tls13_server },
	{ "tls13_server_client_cert_required", &tls13_server_client_cert_required },
	{ "tls13_server_client_cert_optional", &tls13_server_client_cert_optional },
	{ "tls13_client", &tls13_client },
	{ "tls12_server", &tls12_server },
	{ "tls12_server_client_cert_required", &tls12_server_client_cert_required },
	{ "tls12_server_client_cert_optional", &tls12_server_client_cert_optional },
	{ "tls12_client", &tls12_client },
};
#define NUM_PROTOCOLS (sizeof PROTOCOLS / sizeof PROTOCOLS[0])

static const char *const STATE_NAMES[] = {
#define X(name) #name,
	HS_STATES(X)
#undef X
};

/* A protocol whose handlers only move: to the lowest state that their row allows. */
static struct hs_row rows[MAX_ROWS];
static struct tls_protocol dull;

static struct tls_err
move_lowest(struct tls_conn *conn, union hs_payload *next, const struct hs_input *in, enum hs_state *to)
{
	const struct hs_row *row = handshake_row(&dull, conn->hs.state, in->whole.ptr[0]);
	unsigned lowest = 0;

	(void)next;
	while ((row->next & (1u << lowest)) == 0)
		lowest++;
	*to = (enum hs_state)lowest;
	return TLS_OK;
}

static struct tls_err
choose_dull(const struct tls_protocol **chosen, const struct tls_conn *conn, struct cursor body)
{
	(void)conn;
	(void)body;
	*chosen = &dull;
	return TLS_OK;
}

static void
make_dull(const struct tls_protocol *protocol)
{
	assert_true(protocol->num_rows <= MAX_ROWS);
	dull = *protocol;
	for (size_t i = 0; i < protocol->num_rows; i++) {
		rows[i] = protocol->rows[i];
		rows[i].handle = move_lowest;
	}
	dull.rows = rows;
	dull.choose = choose_dull;
}

static void
make_conn(struct tls_conn *conn, enum hs_state state, uint8_t *buffer)
{
	static const struct tls_config CONFIG;

	wipe(conn, sizeof *conn);
	conn->config = &CONFIG;
	conn->protocol = &dull;
	conn->suite = &tls_aes_128_gcm_sha256;
	conn->buffer = buffer;
	conn->hs.state = (uint8_t)state;
	transcript_init(&conn->transcript);
	transcript_want(&conn->transcript, &hash_sha256);
	conn->hs.witness.finished.made = true;
	conn->hs.witness.cert.made = dull.peer != PEER_NONE;
	conn->hs.witness.sig.made = dull.peer != PEER_NONE;
}

/* One empty message, alone in its record or followed by a byte of the next. */
static bool
try_move(enum hs_state state, unsigned message, bool at_end, uint8_t *buffer)
{
	const struct hs_row *row = NULL;
	struct tls_conn conn;
	uint8_t bytes[5] = { (uint8_t)message, 0, 0, 0, 0xee };
	struct tls_err err;
	bool legal;

	for (size_t i = 0; i < dull.num_rows; i++)
		if (dull.rows[i].state == state && (unsigned)dull.rows[i].message == message) {
			assert_null(row);	/* no two rows for one (state, message) */
			row = &dull.rows[i];
		}
	legal = row != NULL && (at_end || !(row->flags & ENDS_RECORD));
	make_conn(&conn, state, buffer);
	err = handshake_input(&conn, (struct span){ bytes, at_end ? 4 : 5 });
	if (legal) {
		assert_int_equal(err.code, TLS_ERR_NONE);
		assert_true(row->next & (1u << conn.hs.state));
		return true;
	}
	assert_true(err.code == (row == NULL ? TLS_ERR_UNEXPECTED_MESSAGE : TLS_ERR_NOT_AT_RECORD_END));
	assert_int_equal(error_alert(err.code), ALERT_UNEXPECTED_MESSAGE);
	assert_int_equal(conn.hs.state, state);
	return false;
}

static void
moves(void **state)
{
	uint8_t *buffer = malloc(TLS_BUFFER_SIZE);

	(void)state;
	for (size_t p = 0; p < NUM_PROTOCOLS; p++) {
		unsigned legal = 0, refused = 0, expected = 0;

		make_dull(PROTOCOLS[p].protocol);
		for (size_t i = 0; i < dull.num_rows; i++)
			if (dull.rows[i].message != MSG_CHANGE_CIPHER_SPEC)
				expected += dull.rows[i].flags & ENDS_RECORD ? 1 : 2;
		for (int each = 0; each < HS_NUM_STATES; each++)
			for (unsigned message = 0; message < 256; message++)
				for (int at_end = 0; at_end < 2; at_end++)
					if (try_move((enum hs_state)each, message, at_end, buffer))
						legal++;
					else
						refused++;
		print_message("%s: %u legal moves, %u refusals\n", PROTOCOLS[p].name, legal, refused);
		assert_int_equal(legal, expected);
		assert_int_equal(legal + refused, HS_NUM_STATES * 512);
	}
	free(buffer);
}

/* ---- The graph ------------------------------------------------------------------------- */

/* Can CONNECTED be reached when rows for `cut` are taken away? */
static bool
connects_without(const struct tls_protocol *protocol, unsigned cut)
{
	uint32_t seen = protocol->is_server ? TO(EXPECT_CLIENT_HELLO) : TO(EXPECT_SERVER_HELLO);

	for (int round = 0; round < HS_NUM_STATES; round++)
		for (size_t i = 0; i < protocol->num_rows; i++)
			if ((unsigned)protocol->rows[i].message != cut && (seen & (1u << protocol->rows[i].state)))
				seen |= protocol->rows[i].next;
	return (seen & TO(CONNECTED)) != 0;
}

/* Does the table demand what its policy says? */
static bool
table_is_sound(const struct tls_protocol *protocol)
{
	bool proves = protocol->peer == PEER_REQUIRED;
	/* A TLS 1.2 server signs its key exchange. */
	unsigned proof = protocol == &tls12_client ? MSG_SERVER_KEY_EXCHANGE : MSG_CERTIFICATE_VERIFY;

	return connects_without(protocol, 1000) && !connects_without(protocol, MSG_FINISHED) &&
	    connects_without(protocol, MSG_CERTIFICATE) == !proves &&
	    connects_without(protocol, proof) == !proves;
}

static void
graph(void **state)
{
	(void)state;
	for (size_t p = 0; p < NUM_PROTOCOLS; p++) {
		const struct tls_protocol *protocol = PROTOCOLS[p].protocol;

		/* An optional certificate is a message that must come, and may be empty. */
		if (protocol->peer == PEER_OPTIONAL)
			assert_true(!connects_without(protocol, MSG_CERTIFICATE) && !connects_without(protocol, MSG_FINISHED) &&
			    connects_without(protocol, MSG_CERTIFICATE_VERIFY));
		else
			assert_true(table_is_sound(protocol));
	}
}

/* Rows that skip a check are caught with no handshake run. */
static void
mutants(void **state)
{
	unsigned caught = 0;

	(void)state;
	make_dull(&tls13_server_client_cert_required);
	assert_true(table_is_sound(&dull));
	for (size_t i = 0; i < dull.num_rows; i++) {
		const struct hs_row good = rows[i];

		/* "No certificate, go on", "skip CertificateVerify", "connected at once". */
		if (good.state == HS_EXPECT_CERTIFICATE || good.state == HS_EXPECT_CLIENT_HELLO) {
			rows[i].next = good.next | TO(EXPECT_FINISHED);
			assert_false(table_is_sound(&dull));
			caught++;
		}
		if (good.state != HS_EXPECT_FINISHED && good.state != HS_CONNECTED) {
			rows[i].next = good.next | TO(CONNECTED);
			assert_false(table_is_sound(&dull));
			caught++;
		}
		rows[i] = good;
	}
	/* SMACK: Finished accepted where CertificateVerify is awaited. */
	rows[dull.num_rows++] = (struct hs_row){ HS_EXPECT_CERTIFICATE_VERIFY, MSG_FINISHED, 0, TO(CONNECTED), move_lowest };
	assert_false(table_is_sound(&dull));
	assert_int_equal(caught, 6);
}

/* ---- Witnesses ------------------------------------------------------------------------- */

static void
connect_with(const struct tls_protocol *protocol, bool cert, bool sig, bool finished, uint8_t other_leaf)
{
	struct tls_conn conn = { .protocol = protocol };
	struct cert_ok cert_ok = { .made = cert };
	struct sig_ok sig_ok = { .made = sig, .leaf_sha256 = { other_leaf } };
	struct finished_ok finished_ok = { .made = finished };

	enter_connected(&conn, &cert_ok, &sig_ok, &finished_ok);
	assert_int_equal(conn.established, EVENT_DUE);
	assert_int_equal(tls_peer(&conn) != NULL, cert);
}

static void
witnesses(void **state)
{
	(void)state;
	for (size_t p = 0; p < NUM_PROTOCOLS; p++) {
		const struct tls_protocol *protocol = PROTOCOLS[p].protocol;

		for (unsigned made = 0; made < 8; made++) {
			bool cert = made & 1, sig = made & 2, finished = made & 4;
			bool good = finished && cert == sig &&
			    (protocol->peer == PEER_OPTIONAL || cert == (protocol->peer == PEER_REQUIRED));

			if (good)
				connect_with(protocol, cert, sig, finished, 0);
			else
				assert_panics(connect_with(protocol, cert, sig, finished, 0));
		}
		if (protocol->peer != PEER_NONE)
			assert_panics(connect_with(protocol, true, true, true, 1));	/* of two leaves */
	}
}

/* A handler that wants to go where its row does not lead is our bug. */
static struct tls_err
move_astray(struct tls_conn *conn, union hs_payload *next, const struct hs_input *in, enum hs_state *to)
{
	(void)conn;
	(void)next;
	(void)in;
	*to = HS_CONNECTED;
	return TLS_OK;
}

static void
astray(void **state)
{
	static const uint8_t HELLO[4] = { MSG_CLIENT_HELLO };
	uint8_t *buffer = malloc(TLS_BUFFER_SIZE);
	struct tls_conn conn;

	(void)state;
	make_dull(&tls13_server_client_cert_required);
	rows[0].handle = move_astray;
	make_conn(&conn, HS_EXPECT_CLIENT_HELLO, buffer);
	assert_panics((void)!handshake_input(&conn, SPAN_ARRAY(HELLO)).code);
	free(buffer);
}

/* ---- The diagram ----------------------------------------------------------------------- */

static int
print_states(void)
{
	for (size_t p = 0; p < NUM_PROTOCOLS; p++) {
		const struct tls_protocol *protocol = PROTOCOLS[p].protocol;

		printf("%s\n", PROTOCOLS[p].name);
		for (size_t i = 0; i < protocol->num_rows; i++) {
			const struct hs_row *row = &protocol->rows[i];

			printf("  %-28s message %3u%s ->", STATE_NAMES[row->state], (unsigned)row->message,
			    row->flags & ENDS_RECORD ? " (ends its record)" : "");
			for (unsigned to = 0; to < HS_NUM_STATES; to++)
				if (row->next & (1u << to))
					printf(" %s", STATE_NAMES[to]);
			printf("\n");
		}
	}
	return 0;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moves),
		cmocka_unit_test(graph),
		cmocka_unit_test(mutants),
		cmocka_unit_test(witnesses),
		cmocka_unit_test(astray),
	};

	if (argc == 2 && strcmp(argv[1], "states") == 0)
		return print_states();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
