/*
 * handshake.c: any row of any table, handlers that change what they like and go anywhere their row allows, messages of any length that a
 * configuration may allow.  Where a row is given, so are the functions around it: given_A asserts what A demands, and
 * answers what A's own row here has proved.
 *
 * The invariant: of a message whose header has been judged, the buffer has room for all, and less than all is there.
 */
#include "tests/proofs/harness/shared.h"

#include "tlsstack/error.h"

/* The same without do { } while (0), which inside a loop with a contract counts as a loop without one. */
#undef TRY
#define TRY(expression)	{ struct tls_err try_ = (expression); if (try_.code != TLS_ERR_NONE) return try_; }
#undef REQUIRE
#define REQUIRE(fact)	{ if (!(fact)) PANIC(); }

#include "tlsstack/handshake.c"

#define ROWS	32

bool nondet_bool(void);
uint8_t nondet_uint8(void);
uint32_t nondet_uint32(void);
unsigned nondet_unsigned(void);
size_t nondet_size(void);
struct tls_conn nondet_conn(void);
struct tls_trace nondet_trace(void);
struct hs nondet_hs(void);
union hs_payload nondet_payload(void);
void *malloc(size_t len);
void other_side(void) { }

static struct tls_conn conn;
static struct tls_suite suite;
static const struct crypto_hash hash = { .len = CRYPTO_HASH_MAX_TLS };
static struct hs_row rows[ROWS], *given_row;
static struct tls_protocol protocol, other_protocol;
static uint8_t *buffer;
static size_t message_max;

void
trace_message(struct tls_trace *trace, bool sent, uint8_t kind, size_t len)
{
	(void)sent; (void)kind; (void)len;
	ASSERT(__CPROVER_w_ok(trace, sizeof *trace) && TRACE_HOLDS(trace));
	*trace = nondet_trace();
	ASSUME(TRACE_HOLDS(trace));
}

size_t conn_message_max(const struct tls_conn *with) { (void)with; return message_max; }
void transcript_out(const struct transcript *transcript, const struct crypto_hash *of, uint8_t *digest)
    { ASSERT(__CPROVER_r_ok(transcript, sizeof *transcript) && of == &hash && __CPROVER_w_ok(digest, CRYPTO_HASH_MAX_TLS)); }
void transcript_add(struct transcript *transcript, struct span message)
    { ASSERT(__CPROVER_w_ok(transcript, sizeof *transcript) && (message.len == 0 || __CPROVER_r_ok(message.ptr, message.len))); }
void enter_connected(struct tls_conn *with, const struct cert_ok *cert, const struct sig_ok *sig, const struct finished_ok *finished)
    { ASSERT(with == &conn && cert == &conn.hs.witness.cert && sig == &conn.hs.witness.sig && finished == &conn.hs.witness.finished); }

static bool
is_view(const struct cursor *in)
{
	return in->pos <= in->end && (in->end == 0 || __CPROVER_r_ok(in->base, in->end));
}

/* A handler leaves alone what is the driver's: the state, and how much of a message is there. */
static struct tls_err
handler(struct tls_conn *with, union hs_payload *next, const struct hs_input *in, enum hs_state *to)
{
	unsigned state = nondet_unsigned();
	struct hs before = with->hs;

	ASSERT(with == &conn && is_view(&in->body) && (in->whole.len == 0 || __CPROVER_r_ok(in->whole.ptr, in->whole.len)));
	*next = nondet_payload();
	with->hs = nondet_hs();
	with->hs.state = before.state;
	with->hs.have = before.have;
	ASSUME(state < HS_NUM_STATES && (given_row->next & (1u << state)) != 0);
	*to = (enum hs_state)state;
	return (struct tls_err){ NULL, 0, nondet_uint8() };
}

static struct tls_err
choose(const struct tls_protocol **chosen, const struct tls_conn *with, struct cursor body)
{
	ASSERT(with == &conn && is_view(&body));
	if (nondet_bool())
		*chosen = &other_protocol;
	return (struct tls_err){ NULL, 0, nondet_uint8() };
}

static size_t
message_len(const uint8_t *header)
{
	return 4 + ((size_t)header[1] << 16 | (size_t)header[2] << 8 | header[3]);
}

static bool
holds(void)
{
	size_t len = message_len(buffer + TLS_RECORD_MAX);

	return conn.hs.state < HS_NUM_STATES && (conn.hs.have < 4 || (len <= message_max && conn.hs.have < len));
}

static void
any_conn(void)
{
	conn = nondet_conn();
	conn.suite = &suite;
	suite.hash = &hash;
	ASSUME(TRACE_HOLDS(&conn.flight.trace));
	conn.protocol = nondet_bool() ? &protocol : &other_protocol;
	protocol = (struct tls_protocol){ .rows = rows, .num_rows = nondet_size(), .choose = choose };
	other_protocol = protocol;
	ASSUME(protocol.num_rows <= ROWS);
	message_max = nondet_size();
	ASSUME(message_max >= TLS_MESSAGE_MAX && message_max <= TLS_MESSAGE_TOP);	/* config.c */
	buffer = malloc(TLS_RECORD_MAX + message_max);
	ASSUME(buffer != NULL);
	conn.buffer = buffer;
	ASSUME(holds());
}

static struct hs_row *
any_row(void)
{
	given_row = &rows[0];
	*given_row = (struct hs_row){ nondet_unsigned() % HS_NUM_STATES, (enum hs_message)nondet_unsigned(), nondet_uint8() & 7, nondet_uint32(), handler };
	return given_row;
}

void given_base_panic(const char *file, unsigned line);
bool given_cursor_copy(struct cursor *in, uint8_t *out, size_t len);
const struct hs_row *given_handshake_row(const struct tls_protocol *of, enum hs_state state, unsigned message);
struct tls_err given_header_check(const struct tls_conn *with, const uint8_t *header, size_t *len);
struct tls_err given_message_input(struct tls_conn *with, const uint8_t *message, size_t len, bool at_record_end);
struct tls_err given_run_row(struct tls_conn *with, const struct hs_row *row, struct hs_input *in);

/* base_panic() of shared.h without its loop. */
void
given_base_panic(const char *file, unsigned line)
{
	(void)file; (void)line;
	__CPROVER_assert(0, "no panic");
	ASSUME(false);
}

bool
given_cursor_copy(struct cursor *in, uint8_t *out, size_t len)
{
	ASSERT(is_view(in) && __CPROVER_w_ok(out, len));
	if (len > in->end - in->pos)
		return false;
	__CPROVER_havoc_slice(out, len);
	in->pos += len;
	return true;
}

const struct hs_row *
given_handshake_row(const struct tls_protocol *of, enum hs_state state, unsigned message)
{
	ASSERT(of == &protocol || of == &other_protocol);
	if (nondet_bool())
		return NULL;
	(void)any_row();
	ASSUME(given_row->state == state && (unsigned)given_row->message == message);
	return given_row;
}

struct tls_err
given_header_check(const struct tls_conn *with, const uint8_t *header, size_t *len)
{
	ASSERT(with == &conn && __CPROVER_r_ok(header, 4));
	*len = message_len(header);
	return *len > message_max ? FAIL(MESSAGE_TOO_LONG) : (struct tls_err){ NULL, 0, nondet_uint8() };
}

struct tls_err
given_run_row(struct tls_conn *with, const struct hs_row *row, struct hs_input *in)
{
	uint32_t have = with->hs.have;

	ASSERT(with == &conn && row == given_row && is_view(&in->body) && (in->whole.len == 0 || __CPROVER_r_ok(in->whole.ptr, in->whole.len)));
	with->hs = nondet_hs();
	with->hs.have = have;
	ASSUME(with->hs.state < HS_NUM_STATES);
	return (struct tls_err){ NULL, 0, nondet_uint8() };
}

/* Of what a message changes, handshake_input() reads only these. */
struct tls_err
given_message_input(struct tls_conn *with, const uint8_t *message, size_t len, bool at_record_end)
{
	(void)at_record_end;
	ASSERT(with == &conn && with->hs.have == 0 && len >= 4 && len <= message_max && __CPROVER_r_ok(message, len));
	with->hs = nondet_hs();
	with->hs.have = 0;
	ASSUME(with->hs.state < HS_NUM_STATES);
	return (struct tls_err){ NULL, 0, nondet_uint8() };
}

void
prove_handshake_row(void)
{
	unsigned message = nondet_unsigned();

	any_conn();
	__CPROVER_havoc_object(rows);
	const struct hs_row *row = handshake_row(&protocol, conn.hs.state, message);
	ASSERT(row == NULL || (row->state == conn.hs.state && (unsigned)row->message == message));
	REACHED();
}

void prove_handshake_partial(void) { any_conn(); (void)handshake_partial(&conn); REACHED(); }

void
prove_advance(void)
{
	union hs_payload next = nondet_payload();
	unsigned to = nondet_unsigned();

	any_conn();
	ASSUME(to < HS_NUM_STATES);
	advance(&conn, &next, (enum hs_state)to);
	ASSERT(conn.hs.state == to && holds());
	REACHED();
}

void
prove_run_row(void)
{
	struct hs_input in = { .whole = { NULL, 0 } };
	size_t len = nondet_size();

	any_conn();
	if (nondet_bool()) {	/* a message, and not a change_cipher_spec */
		ASSUME(len >= 4 && len <= message_max);
		in.whole = (struct span){ buffer + TLS_RECORD_MAX, len };
		in.body = cursor_of((struct span){ buffer + TLS_RECORD_MAX + 4, len - 4 });
	}
	uint32_t have = conn.hs.have;
	struct tls_err err = run_row(&conn, any_row(), &in);
	ASSERT(conn.hs.state < HS_NUM_STATES && conn.hs.have == have);
	ASSERT(err.code != 0 || (given_row->next & (1u << conn.hs.state)) != 0);
	REACHED();
}

void prove_count_message(void) { any_conn(); uint8_t before = conn.hs.num_post_messages; struct tls_err err = count_message(&conn);
    ASSERT(holds() && (err.code != 0 || conn.hs.state != HS_CONNECTED || (before < TLS_POST_MESSAGES_MAX && conn.hs.num_post_messages == before + 1))); REACHED(); }
void prove_header_check(void) { size_t len; any_conn(); struct tls_err err = header_check(&conn, buffer + TLS_RECORD_MAX, &len);
    ASSERT(len == message_len(buffer + TLS_RECORD_MAX) && (err.code != 0 || (len >= 4 && len <= message_max))); REACHED(); }

void
prove_message_input(void)
{
	size_t len = nondet_size();

	any_conn();
	conn.hs.have = 0;
	ASSUME(len >= 4 && len <= message_max);
	(void)message_input(&conn, buffer + TLS_RECORD_MAX, len, nondet_bool());
	ASSERT(conn.hs.state < HS_NUM_STATES && conn.hs.have == 0);
	REACHED();
}

static struct cursor
any_bytes(void)
{
	struct cursor in = { NULL, 0, nondet_size() };

	ASSUME(in.end > 0 && in.end <= INPUT_MAX);
	in.base = malloc(in.end);
	ASSUME(in.base != NULL);
	return in;
}

void
prove_collect(void)
{
	struct cursor in = any_bytes();
	size_t want = nondet_size();

	any_conn();
	in.pos = nondet_size();
	ASSUME(in.pos <= in.end && conn.hs.have <= want && want <= message_max);
	size_t lacks = want - conn.hs.have, left = in.end - in.pos, before = in.pos;
	bool whole = collect(&conn, buffer + TLS_RECORD_MAX, &in, want);
	ASSERT(whole == (lacks <= left) && in.pos == before + (whole ? lacks : left) && conn.hs.have == want - lacks + (whole ? lacks : left));
	REACHED();
}

void
prove_handshake_input(void)
{
	struct cursor in = any_bytes();

	any_conn();
	struct tls_err err = handshake_input(&conn, (struct span){ in.base, in.end });
	ASSERT(err.code != 0 || holds());
	REACHED();
}

void prove_handshake_change_cipher_spec(void) { any_conn(); (void)handshake_change_cipher_spec(&conn); ASSERT(conn.hs.state < HS_NUM_STATES); REACHED(); }
