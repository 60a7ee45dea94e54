/*
 * engine.c: sending from any state of a connection, into any room, under any record_size_limit of a peer (63 or more: answer.c).
 * record_seal() and flight_send() assert what they demand and answer what their rows have proved: no more room is taken than there is.
 * tls_step() ends: each round that tells nothing makes ROUNDS_LEFT smaller (step_once()).  input_step() answers what its row has proved; a protocol's begin()
 * demands a buffer, and leaves alone what is counted.
 */
#include "tests/proofs/harness/shared.h"

#include "tlsstack/tls.h"

/* The same without do { } while (0), which inside a loop with a contract counts as a loop without one. */
#undef REQUIRE
#define REQUIRE(fact)	{ if (!(fact)) PANIC(); }

#include "tlsstack/engine.c"

bool nondet_bool(void);
uint8_t nondet_uint8(void);
size_t nondet_size(void);
struct tls_conn nondet_conn(void);
void *malloc(size_t len);
void other_side(void) { }

static struct tls_conn conn;
static struct tls_config config;
static struct tls_protocol protocol;
static struct tls_suite suite;
static struct crypto_aead aead;
static struct outbuf out;
static uint8_t *buffer;

static void
take_room(struct outbuf *to, size_t most)
{
	size_t len = nondet_size();

	ASSERT(to == &out && !to->overflow && to->len <= to->cap && outbuf_room(to) >= most);
	ASSUME(len <= most);
	to->len += len;
}

void
record_seal(struct record_key *with, struct outbuf *to, uint16_t legacy_version, enum record_type type, struct span bytes)
{
	(void)legacy_version; (void)type;
	ASSERT(with == &conn.write && with->seq != UINT64_MAX && bytes.len <= TLS_PLAINTEXT_MAX && __CPROVER_r_ok(bytes.ptr, bytes.len));
	take_room(to, bytes.len + RECORD_OVERHEAD_MAX);
	with->seq++;
}

bool
flight_send(struct flight *flight, const uint8_t *from, struct record_key *key, struct outbuf *to, size_t limit)
{
	ASSERT(flight == &conn.flight && from == conn.buffer && key == &conn.write && limit >= 63 && limit <= TLS_PLAINTEXT_MAX);
	ASSERT(from != NULL || flight->next == flight->num);	/* what waits lies in the buffer */
	take_room(to, outbuf_room(to));
	if (nondet_bool())
		return false;
	flight->num = flight->next = 0;
	return true;
}

uint8_t error_alert(uint8_t code) { ASSERT(code != TLS_ERR_NONE); return nondet_uint8(); }
bool flight_idle(const struct flight *flight) { ASSERT(flight == &conn.flight); return flight->next == flight->num; }
bool handshake_partial(const struct tls_conn *with) { ASSERT(with == &conn); return conn.hs.have != 0; }
size_t input_left(const struct tls_conn *with) { ASSERT(with == &conn); return nondet_size(); }
static void any_rekey(struct tls_conn *with, struct outbuf *to) { ASSERT(with == &conn && !conn.closed); take_room(to, KEY_UPDATE_LEN + RECORD_OVERHEAD_MAX); }

/* Who has failed sends an alert, and nothing else; without a buffer nothing waits in it, sent or read. */
static bool
holds(void)
{
	if (conn.buffer == NULL && (conn.flight.next != conn.flight.num || conn.hs.have != 0))
		return false;
	return !conn.alert_due || (conn.failure.code != 0 && !conn.key_update_due && !conn.no_renegotiation_due && !conn.close_due);
}

static void
any_conn(void)
{
	conn = nondet_conn();
	conn.config = &config;
	ASSUME(config.message_max == 0 || (config.message_max >= TLS_MESSAGE_MAX && config.message_max <= TLS_MESSAGE_TOP));	/* config.c */
	conn.protocol = &protocol;
	protocol.rekey = nondet_bool() ? NULL : any_rekey;
	conn.suite = &suite;
	suite.aead = &aead;
	ASSUME(protocol.rekey != NULL || !conn.key_update_due);	/* send_allowed() and TLS 1.3's handler set it */
	buffer = malloc(TLS_RECORD_MAX + conn_message_max(&conn));
	ASSUME(buffer != NULL);
	conn.buffer = nondet_bool() ? NULL : buffer;
	ASSUME(holds() && conn.send_limit >= 63 && conn.send_limit <= TLS_PLAINTEXT_MAX && conn.write.seq < UINT64_MAX / 2);
	out = (struct outbuf){ NULL, nondet_size(), nondet_size(), false };
	ASSUME(out.cap <= INPUT_MAX && out.len <= out.cap);
	out.ptr = malloc(out.cap);
	ASSUME(out.ptr != NULL);
}

/* send_due() and its parts are called with room for the longest of them. */
static void
any_due(void)
{
	any_conn();
	ASSUME(outbuf_room(&out) >= RECORD_OVERHEAD_MAX + KEY_UPDATE_LEN);
}

void
prove_send_size(void)
{
	size_t left = nondet_size();

	any_conn();
	size_t len = send_size(&conn, &out, left);
	ASSERT(len <= left && len <= conn.send_limit && (len == 0 || outbuf_room(&out) >= len + RECORD_OVERHEAD_MAX));
	REACHED();
}

void prove_send_allowed(void) { any_conn(); ASSUME(!is_due(&conn)); /* pump() has just said so */ bool yes = send_allowed(&conn);
    ASSERT(holds()); ASSERT(yes ? conn.write.seq < aead.seal_limit : conn.key_update_due || conn.failure.code != 0); REACHED(); }
void prove_send_alert(void) { any_due(); send_alert(&conn, &out, nondet_uint8()); ASSERT(out.len <= out.cap); REACHED(); }
void prove_is_due(void) { any_conn(); (void)is_due(&conn); REACHED(); }
void prove_send_due(void) { any_due(); ASSUME(is_due(&conn)); send_due(&conn, &out); ASSERT(holds() && out.len <= out.cap); REACHED(); }
void prove_pump(void) { any_conn(); bool all = pump(&conn, &out); ASSERT(holds() && out.len <= out.cap && (!all || !is_due(&conn))); REACHED(); }
void prove_drop_all(void) { any_conn(); drop_all(&conn); ASSERT(conn.hs.state == HS_DEAD && conn.header_len == 0 && conn.body_have == 0 && conn.hs.have == 0 && !conn.has_peer); REACHED(); }
void prove_conn_fail(void) { struct tls_err err = { NULL, 0, nondet_uint8() }; any_conn(); ASSUME(err.code != 0); uint8_t first = conn.failure.code;
    conn_fail(&conn, err); ASSERT(holds()); ASSERT(first != 0 ? conn.failure.code == first : conn.failure.code == err.code && conn.hs.state == HS_DEAD); REACHED(); }
void prove_event_due(void) { enum tls_event event = TLS_WANT_INPUT; any_conn(); bool due = event_due(&conn, &event);
    ASSERT(due == (event != TLS_WANT_INPUT) && (conn.failure.code == 0 || event == TLS_FAILED)); REACHED(); }
void prove_tls_close(void) { any_conn(); tls_close(&conn, &out); ASSERT(holds() && out.len <= out.cap); REACHED(); }
void prove_tls_record_left(void) { any_conn(); (void)tls_record_left(&conn); REACHED(); }
void prove_conn_message_max(void) { any_conn(); size_t max = conn_message_max(&conn); ASSERT(max >= TLS_MESSAGE_MAX && max <= TLS_MESSAGE_TOP); REACHED(); }
void prove_tls_unlend(void) { any_conn(); uint8_t *back = tls_unlend(&conn); ASSERT(holds());
    ASSERT(back == NULL || (conn.buffer == NULL && conn.header_len == 0 && conn.hs.have == 0)); REACHED(); }

/* ---- tls_send(): of what these change, it reads only this ------------------------------------- */

uint64_t nondet_uint64(void);
static bool is_stepping;	/* tls_send() does not read what is due, step_once() does */
bool given_pump(struct tls_conn *with, struct outbuf *to);
bool given_send_allowed(struct tls_conn *with);
size_t given_send_size(const struct tls_conn *with, const struct outbuf *to, size_t left);
void given_base_panic(const char *file, unsigned line);

void
given_base_panic(const char *file, unsigned line)
{
	(void)file; (void)line;
	__CPROVER_assert(0, "no panic");
	ASSUME(false);
}

bool
given_pump(struct tls_conn *with, struct outbuf *to)
{
	ASSERT(with == &conn);
	take_room(to, outbuf_room(to));
	with->write.seq = nondet_uint64();
	ASSUME(with->write.seq < UINT64_MAX / 2);
	with->key_update_due = false;
	with->closed = nondet_bool();
	if (nondet_bool())
		return false;
	if (is_stepping)
		with->alert_due = with->no_renegotiation_due = with->close_due = false;
	return true;
}

bool
given_send_allowed(struct tls_conn *with)
{
	ASSERT(with == &conn && with->suite == &suite);
	if (nondet_bool())
		return true;
	with->key_update_due = nondet_bool();
	with->hs.state = nondet_uint8();
	return false;
}

size_t
given_send_size(const struct tls_conn *with, const struct outbuf *to, size_t left)
{
	size_t len = nondet_size();

	ASSERT(with == &conn && to == &out && to->len <= to->cap);
	ASSUME(len <= left && len <= with->send_limit && (len == 0 || outbuf_room(to) >= len + RECORD_OVERHEAD_MAX));
	return len;
}

void
prove_tls_send(void)
{
	struct cursor data = { NULL, nondet_size(), nondet_size() };

	any_conn();
	is_stepping = false;
	ASSUME(data.end > 0 && data.end <= INPUT_MAX && data.pos <= data.end);
	data.base = malloc(data.end);
	ASSUME(data.base != NULL);
	size_t before = data.pos;
	tls_send(&conn, &out, &data);
	ASSERT(data.pos >= before && data.pos <= data.end && out.len <= out.cap);
	REACHED();
}

/* ---- tls_step(): a round, and then the rounds ------------------------------------------------- */

static struct span app;
static struct cursor in;
static bool has_begun;

bool given_step_once(struct tls_conn *with, enum tls_event *event, struct outbuf *to, struct span *data, struct cursor *from);

/* client_hello_begin(): it demands a buffer, and touches nothing of what is read. */
static void
any_begin(struct tls_conn *with)
{
	ASSERT(with == &conn && conn.buffer == buffer && !conn.hs.begun && conn.failure.code == 0);
	has_begun = true;
}

/* What harness/input.c proves; handlers may change any of these, and the failure is not theirs. */
struct tls_err
input_step(struct tls_conn *with, enum input_progress *progress, struct span *data, struct cursor *from)
{
	size_t len = nondet_size(), held = (size_t)conn.header_len + conn.body_have;
	struct tls_err err = { NULL, 0, nondet_uint8() };
	unsigned how = nondet_uint8();

	ASSERT(with == &conn && data == &app && from == &in && in.pos <= in.end && __CPROVER_w_ok(progress, sizeof *progress));
	ASSERT(conn.failure.code == 0 && !is_due(&conn) && (protocol.begin == NULL || conn.hs.begun));
	ASSUME(len <= in.end - in.pos && how <= INPUT_DATA);
	in.pos += len;
	conn.hs.begun = nondet_bool();
	conn.hs.state = nondet_uint8();
	conn.peer_closed = nondet_uint8();
	conn.established = nondet_uint8();
	conn.key_update_due = protocol.rekey != NULL && nondet_bool();
	conn.no_renegotiation_due = nondet_bool();
	conn.header_len = nondet_uint8();
	conn.body_have = (uint16_t)nondet_size();
	*progress = (enum input_progress)how;
	ASSUME(err.code != 0 || how != INPUT_MORE || in.pos == in.end);
	if (err.code == 0 && (how == INPUT_RECORD || how == INPUT_DATA))
		ASSUME(len + held >= RECORD_HEADER_LEN && conn.header_len == 0 && conn.body_have == 0);
	return err;
}

static void
any_input(void)
{
	any_conn();
	protocol.begin = nondet_bool() ? NULL : any_begin;
	in = (struct cursor){ NULL, nondet_size(), nondet_size() };
	ASSUME(in.end <= INPUT_MAX && in.pos <= in.end);
	in.base = malloc(in.end);
	ASSUME(in.base != NULL);
	has_begun = false;
}

void
prove_step_once(void)
{
	enum tls_event event;

	any_input();
	is_stepping = true;
	size_t left = ROUNDS_LEFT(&conn, &in), pos = in.pos, len = out.len;
	bool begun = conn.hs.begun, told = step_once(&conn, &event, &out, &app, &in);
	ASSERT(holds() && in.pos >= pos && in.pos <= in.end && out.len >= len && out.len <= out.cap);
	ASSERT(told ? event <= TLS_FAILED : ROUNDS_LEFT(&conn, &in) < left);
	ASSERT(!told || event != TLS_WANT_INPUT || in.pos == in.end);	/* tls.h: all of `in` is consumed */
	ASSERT(!told || event != TLS_FAILED || conn.failure.code != 0);
	ASSERT(!has_begun || !begun);
	REACHED();
}

bool
given_step_once(struct tls_conn *with, enum tls_event *event, struct outbuf *to, struct span *data, struct cursor *from)
{
	size_t left = ROUNDS_LEFT(&conn, &in), pos = nondet_size(), len = nondet_size();

	ASSERT(with == &conn && to == &out && data == &app && from == &in && in.pos <= in.end && out.len <= out.cap);
	ASSUME(pos >= in.pos && pos <= in.end && len >= out.len && len <= out.cap);
	from->pos = pos;
	to->len = len;
	with->header_len = nondet_uint8();
	with->body_have = (uint16_t)nondet_size();
	with->hs.begun = nondet_bool();
	with->failure.code = nondet_uint8();
	data->len = nondet_size();
	*event = (enum tls_event)nondet_uint8();
	if (nondet_bool()) {
		ASSUME(*event <= TLS_FAILED);
		return true;
	}
	ASSUME(ROUNDS_LEFT(&conn, &in) < left);
	return false;
}

void
prove_tls_step(void)
{
	any_input();
	size_t pos = in.pos, len = out.len;
	enum tls_event event = tls_step(&conn, &out, &app, &in);
	ASSERT(event <= TLS_FAILED && in.pos >= pos && in.pos <= in.end && out.len >= len && out.len <= out.cap);
	REACHED();
}
