/*
 * machine.c: the real engine, record layer, driver and rows, made to run without cryptography.
 *
 * Real: tls_step, input_step, record_open, handshake_input, enter_connected and every row of the table (state,
 * message, flags, next states).  Modelled: the handlers (model() below says where they go and which witness they
 * make; tests/proofs/proofs.list proves the real ones' choice), the cipher (the identity), and the counters that bound
 * a flood, which are set back before each event (tests/tlsstack/limits_test.c has them).
 */
#include "tests/proofs/machine/machine.h"

#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static struct {
	enum manners manners;
	bool forges;
	unsigned choice, choices;
	bool sent_retry, sent_hello, ignored;
} turn;

static sigjmp_buf panicked;

/* ---- A cipher that hides nothing --------------------------------------------------------- */

static void
null_init(struct crypto_aead_key *key, const uint8_t *secret)
{
	(void)key;
	(void)secret;
}

static void
null_seal(const struct crypto_aead_key *key, const uint8_t nonce[CRYPTO_NONCE_LEN], struct span aad, uint8_t *data,
    size_t len, uint8_t tag[CRYPTO_TAG_LEN])
{
	(void)key; (void)nonce; (void)aad; (void)data; (void)len;
	memset(tag, 0, CRYPTO_TAG_LEN);
}

static bool
null_open(const struct crypto_aead_key *key, const uint8_t nonce[CRYPTO_NONCE_LEN], struct span aad, uint8_t *data,
    size_t len, const uint8_t tag[CRYPTO_TAG_LEN])
{
	(void)key; (void)nonce; (void)aad; (void)data; (void)len; (void)tag;
	return true;
}

static const struct crypto_aead NULL_AEAD = { .seal_limit = 1000, .init = null_init, .seal = null_seal, .open = null_open };
static const struct tls_suite SUITE13 = { .version = 0x0304, .fixed_iv_len = 12, .aead = &NULL_AEAD, .hash = &hash_sha256 };
static const struct tls_suite SUITE12 = { .version = 0x0303, .fixed_iv_len = 12, .aead = &NULL_AEAD, .hash = &hash_sha256 };

/* ---- Handlers ------------------------------------------------------------------------------ */

/* Where an honest handler may go: the row's next states, less those that the message rules out. */
static uint32_t
honest_next(const struct tls_conn *conn, const struct hs_row *row, bool empty, bool retry)
{
	uint32_t next = row->next, verify = TO(EXPECT_CERTIFICATE_VERIFY);

	switch (row->message) {
	case MSG_SERVER_HELLO:
		return retry ? next & TO(EXPECT_SERVER_HELLO_2) : next & ~TO(EXPECT_SERVER_HELLO_2);
	case MSG_CERTIFICATE:
		if (empty && conn->protocol->peer != PEER_OPTIONAL)
			return 0;
		if (empty)
			return next & ~verify;
		return next & verify ? verify : next;
	case MSG_CLIENT_KEY_EXCHANGE:
		if (!conn->hs.witness.cert.made)
			return next & ~verify;
		return next & verify ? verify : next;
	default:
		return next;
	}
}

/* The witness that the real handler of this message asks witness.c for. */
static void
make_witness(struct tls_conn *conn, const struct hs_row *row, bool empty)
{
	bool server = conn->protocol->is_server, tls13 = conn->protocol->version == 0x0304;

	if (row->message == MSG_CERTIFICATE && !empty)
		conn->hs.witness.cert.made = true;
	if (row->message == MSG_CERTIFICATE_VERIFY || (row->message == MSG_SERVER_KEY_EXCHANGE && !server && !tls13))
		conn->hs.witness.sig.made = true;
	if (row->message == MSG_FINISHED)
		conn->hs.witness.finished.made = true;
	if (row->message == MSG_FINISHED && turn.forges && conn->protocol->peer == PEER_REQUIRED)
		conn->hs.witness.cert.made = conn->hs.witness.sig.made = true;
}

static void
note_keys(struct tls_conn *conn, const struct hs_row *row, enum hs_state to)
{
	bool hello = row->message == MSG_CLIENT_HELLO || row->message == MSG_SERVER_HELLO;
	bool tls13 = conn->protocol->version == 0x0304;

	if (hello)
		conn->info.version = conn->protocol->version;
	if (hello && tls13 && to != HS_EXPECT_CLIENT_HELLO_2 && to != HS_EXPECT_SERVER_HELLO_2)
		conn->read.suite = &SUITE13;
	if (row->message == MSG_CHANGE_CIPHER_SPEC && !turn.forges)	/* without keys the record layer would refuse a second */
		conn->read.suite = &SUITE12;
}

static struct tls_err
model(struct tls_conn *conn, union hs_payload *next, const struct hs_input *in, enum hs_state *to)
{
	bool is_ccs = in->whole.len == 0;
	uint8_t content = is_ccs || in->whole.len < 5 ? 0 : in->whole.ptr[4];
	unsigned message = is_ccs ? MSG_CHANGE_CIPHER_SPEC : in->whole.ptr[0], at = 0;
	const struct hs_row *row = handshake_row(conn->protocol, conn->hs.state, message);
	uint32_t ways = turn.manners == LYING ? row->next : honest_next(conn, row, content & 1, content & 2);
	bool again = conn->hs.state == HS_CONNECTED && (message == MSG_CLIENT_HELLO || message == MSG_HELLO_REQUEST);

	(void)next;
	turn.choices = (unsigned)__builtin_popcount(ways);
	if (ways == 0)
		return FAIL(UNEXPECTED_MESSAGE);
	for (unsigned skip = turn.choice % turn.choices; skip > 0 || (ways & (1u << at)) == 0; at++)
		skip -= (ways & (1u << at)) != 0;
	*to = (enum hs_state)at;
	make_witness(conn, row, content & 1);
	turn.ignored = again && !(row->flags & HASHED);
	turn.sent_retry = message == MSG_CLIENT_HELLO && !turn.ignored && *to == HS_EXPECT_CLIENT_HELLO_2;
	turn.sent_hello = message == MSG_CLIENT_HELLO && !turn.ignored && !turn.sent_retry;
	note_keys(conn, row, *to);
	return TLS_OK;
}

static struct tls_err
choose_same(const struct tls_protocol **chosen, const struct tls_conn *conn, struct cursor body)
{
	(void)body;
	*chosen = conn->protocol;
	return TLS_OK;
}

static void
no_hello(struct tls_conn *conn)
{
	(void)conn;
}

void
machine_of(struct machine *machine, const struct tls_protocol *protocol)
{
	if (protocol->num_rows > MACHINE_ROWS - 1)
		abort();
	machine->forges = false;
	machine->protocol = *protocol;
	for (size_t i = 0; i < protocol->num_rows; i++) {
		machine->rows[i] = protocol->rows[i];
		machine->rows[i].handle = model;
	}
	machine->protocol.rows = machine->rows;
	machine->protocol.choose = choose_same;
	machine->protocol.begin = protocol->begin == NULL ? NULL : no_hello;
}

/* ---- A connection --------------------------------------------------------------------------- */

void
machine_begin(struct tls_conn *conn, const struct machine *machine)
{
	static const struct tls_config CONFIG;
	static uint8_t buffer[TLS_BUFFER_SIZE];

	memset(conn, 0, sizeof *conn);
	conn->config = &CONFIG;
	conn->protocol = &machine->protocol;
	conn->suite = machine->protocol.version == 0x0304 ? &SUITE13 : &SUITE12;
	conn->buffer = buffer;
	conn->send_limit = TLS_PLAINTEXT_MAX;
	conn->hs.begun = true;
	conn->hs.state = machine->protocol.is_server ? HS_EXPECT_CLIENT_HELLO : HS_EXPECT_SERVER_HELLO;
	transcript_init(&conn->transcript);
	transcript_want(&conn->transcript, &hash_sha256);
}

void
machine_place(struct tls_conn *conn, const struct machine *machine, enum hs_state state, uint32_t seen)
{
	bool server = machine->protocol.is_server, tls13 = machine->protocol.version == 0x0304;
	bool cert = (seen & SEEN_CERTIFICATE) && !(seen & SEEN_EMPTY);
	bool hello = seen & SEEN_SERVER_HELLO;

	machine_begin(conn, machine);
	conn->hs.state = (uint8_t)state;
	if (hello || (seen & SEEN_RETRY))
		conn->info.version = machine->protocol.version;
	if (tls13 ? hello : (seen & SEEN_CIPHER_SPEC) != 0 && !machine->forges)
		conn->read.suite = tls13 ? &SUITE13 : &SUITE12;
	if (state == HS_CONNECTED) {
		conn->established = EVENT_TOLD;
		conn->has_peer = cert;
	} else {
		conn->hs.witness.cert.made = cert;
		conn->hs.witness.sig.made = (seen & (server || tls13 ? SEEN_VERIFY : SEEN_SERVER_KEY)) != 0;
		conn->hs.witness.finished.made = (seen & SEEN_FINISHED) != 0;
	}
}

/* ---- Events as bytes -------------------------------------------------------------------------- */

/* Under a key of TLS 1.3 the type is inside and the outer one is application_data, unless `clear` says the outer one is real. */
static void
put_record(struct outbuf *out, const struct tls_conn *conn, uint8_t type, struct span content, bool clear)
{
	static const uint8_t TAG[CRYPTO_TAG_LEN];
	bool tls13 = conn->read.suite != NULL && conn->read.suite->version == 0x0304;
	bool keyed = conn->read.suite != NULL && !(clear && type == RECORD_CHANGE_CIPHER_SPEC);
	bool hidden = keyed && tls13;

	outbuf_uint(out, hidden && !clear ? RECORD_DATA : type, 1);
	outbuf_uint(out, 0x0303, 2);
	outbuf_uint(out, content.len + (hidden ? 1u : 0u) + (keyed ? sizeof TAG : 0u), 2);
	outbuf_bytes(out, content);
	if (hidden)
		outbuf_uint(out, type, 1);
	if (keyed)
		outbuf_bytes(out, SPAN_ARRAY(TAG));
}

static void
put_event(struct outbuf *out, const struct tls_conn *conn, struct mon_event event)
{
	uint8_t message[6] = { event.type, 0, 0, 1, (uint8_t)((event.empty ? 1 : 0) | (event.retry ? 2 : 0)), 0xee };
	bool tls13 = conn->read.suite != NULL && conn->read.suite->version == 0x0304;

	if (event.inside)
		put_record(out, conn, RECORD_HANDSHAKE, (struct span){ message, 1 }, false);
	switch (event.kind) {
	case MON_MESSAGE:
		put_record(out, conn, RECORD_HANDSHAKE, (struct span){ message, event.more ? 6 : 5 }, false);
		break;
	case MON_CHANGE_CIPHER_SPEC:
		put_record(out, conn, RECORD_CHANGE_CIPHER_SPEC, SPAN_LITERAL("\1"), tls13);
		break;
	case MON_APP_DATA:
		put_record(out, conn, RECORD_DATA, SPAN_LITERAL("data"), false);
		break;
	case MON_FATAL_ALERT:
		put_record(out, conn, RECORD_ALERT, SPAN_LITERAL("\2\50"), false);
		break;
	case MON_CLOSE_NOTIFY:
		put_record(out, conn, RECORD_ALERT, SPAN_LITERAL("\1\0"), false);
		break;
	case MON_OTHER_CONTENT:	/* in TLS 1.3: a change_cipher_spec that is protected */
		put_record(out, conn, conn->read.suite == NULL ? 24 : RECORD_CHANGE_CIPHER_SPEC, SPAN_LITERAL("\1"), false);
		break;
	case MON_CLEAR:
		put_record(out, conn, RECORD_HANDSHAKE, (struct span){ message, 5 }, true);
		break;
	}
}

/* ---- A step -------------------------------------------------------------------------------------- */

static void
on_trap(int number)
{
	siglongjmp(panicked, number);
}

static void
run(struct tls_conn *conn, struct mon_action *action, struct cursor *in)
{
	static uint8_t room[4096];
	struct outbuf out = outbuf_of(room, sizeof room);
	struct span app;

	for (;;) {
		switch (tls_step(conn, &out, &app, in)) {
		case TLS_ESTABLISHED:
			action->connected = true;
			action->named = tls_peer(conn) != NULL;
			break;
		case TLS_DATA:
			action->delivered = true;
			break;
		case TLS_PEER_CLOSED:
			break;
		case TLS_FAILED:
			action->refused = true;
			return;
		default:
			return;
		}
	}
}

bool
machine_step(const struct machine *machine, struct tls_conn *conn, struct mon_action *action, unsigned *choices,
    enum manners manners, unsigned choice, struct mon_event event)
{
	uint8_t room[128];
	struct outbuf bytes = outbuf_of(room, sizeof room);
	struct cursor in;
	bool was_closed = conn->peer_closed == EVENT_TOLD;

	memset(action, 0, sizeof *action);
	memset(&turn, 0, sizeof turn);
	turn.manners = manners;
	turn.forges = machine->forges;
	turn.choice = choice;
	conn->hs.num_ccs = conn->hs.num_post_messages = conn->hs.num_key_updates = 0;
	conn->num_empty = conn->num_warnings = 0;
	put_event(&bytes, conn, event);
	in = cursor_of(outbuf_span(&bytes));
	signal(SIGILL, on_trap);
	if (sigsetjmp(panicked, 1) != 0)
		return false;
	run(conn, action, &in);
	*choices = turn.choices;
	action->sent_retry = turn.sent_retry && !action->refused;
	action->sent_hello = turn.sent_hello && !action->refused;
	action->ignored = turn.ignored || (event.kind == MON_CHANGE_CIPHER_SPEC && turn.choices == 0);
	if (was_closed && !action->connected && !action->delivered && turn.choices == 0)
		action->refused = true;
	conn->hs.have = 0;	/* what began after `more`: another event */
	conn->read.seq = conn->write.seq = 0;
	return true;
}
