/*
 * handshake.c: any table of up to 4 rows, handlers that go anywhere their row allows, messages of up to 64 bytes.
 */
#include "tests/proofs/harness/shared.h"

#include "tlsstack/handshake.c"

#define ROWS	4

bool nondet_bool(void);
uint8_t nondet_uint8(void);
unsigned nondet_unsigned(void);
size_t nondet_size(void);
struct tls_conn nondet_conn(void);
void *malloc(size_t len);
void other_side(void) { }

void
trace_message(struct tls_trace *trace, bool sent, uint8_t kind, size_t len)
{
	(void)sent; (void)kind; (void)len;
	ASSERT(__CPROVER_w_ok(trace, sizeof *trace));
}

static struct tls_conn conn;
static struct tls_suite suite;
static struct hs_row rows[ROWS];
static struct tls_protocol protocol;
static uint8_t buffer[TLS_RECORD_MAX + 64];	/* messages of up to 64 bytes */

size_t conn_message_max(const struct tls_conn *with) { (void)with; return 64; }
void transcript_out(const struct transcript *transcript, const struct crypto_hash *hash, uint8_t *digest) { (void)transcript; (void)hash; (void)digest; }
void transcript_add(struct transcript *transcript, struct span message) { (void)transcript; ASSERT(__CPROVER_r_ok(message.ptr, message.len)); }
void enter_connected(struct tls_conn *with, const struct cert_ok *cert, const struct sig_ok *sig, const struct finished_ok *finished)
    { (void)with; (void)cert; (void)sig; (void)finished; }

static struct tls_err
handler(struct tls_conn *with, union hs_payload *next, const struct hs_input *in, enum hs_state *to)
{
	const struct hs_row *row = &rows[nondet_unsigned() % ROWS];
	unsigned state = nondet_unsigned();

	(void)next;
	ASSERT(in->body.pos <= in->body.end && (in->body.end == 0 || __CPROVER_r_ok(in->body.base, in->body.end)));
	ASSUME(state < HS_NUM_STATES && row->state == with->hs.state);
	for (unsigned i = 0; i < ROWS; i++)	/* where each row that it can be may go */
		ASSUME(rows[i].state != with->hs.state || (rows[i].next & (1u << state)) != 0);
	*to = (enum hs_state)state;
	return (struct tls_err){ NULL, 0, nondet_uint8() };
}

static struct tls_err
choose(const struct tls_protocol **chosen, const struct tls_conn *with, struct cursor body)
{
	(void)chosen; (void)with;
	ASSERT(body.pos <= body.end && (body.end == 0 || __CPROVER_r_ok(body.base, body.end)));
	return (struct tls_err){ NULL, 0, nondet_uint8() };
}

/* What has been reassembled is less than the message that its header announces, which is not too long. */
static bool
holds(void)
{
	const uint8_t *message = buffer + TLS_RECORD_MAX;

	if (conn.hs.num_post_messages > TLS_POST_MESSAGES_MAX)
		return false;
	return conn.hs.have <= 4 || (message[1] == 0 && message[2] == 0 && message[3] <= 60 && conn.hs.have < 4u + message[3]);
}

static void
any_conn(void)
{
	conn = nondet_conn();
	conn.buffer = buffer;
	conn.suite = &suite;
	conn.protocol = &protocol;
	protocol = (struct tls_protocol){ .rows = rows, .num_rows = nondet_size(), .choose = choose };
	__CPROVER_havoc_object(buffer);
	for (unsigned i = 0; i < ROWS; i++)
		rows[i] = (struct hs_row){ nondet_unsigned() % HS_NUM_STATES, (enum hs_message)nondet_uint8(), nondet_uint8() & 7, nondet_unsigned(), handler };
	ASSUME(protocol.num_rows <= ROWS && conn.hs.state < HS_NUM_STATES && holds());
}

void prove_handshake_row(void) { any_conn(); const struct hs_row *row = handshake_row(&protocol, conn.hs.state, nondet_unsigned());
    ASSERT(row == NULL || row->state == conn.hs.state); REACHED(); }
void prove_handshake_partial(void) { any_conn(); (void)handshake_partial(&conn); REACHED(); }
void prove_count_message(void) { any_conn(); (void)count_message(&conn); ASSERT(holds()); REACHED(); }
void prove_header_check(void) { size_t len; any_conn(); struct tls_err err = header_check(&conn, buffer + TLS_RECORD_MAX, &len);
    ASSERT(err.code != 0 || (len >= 4 && len <= 64)); REACHED(); }

void
prove_message_input(void)
{
	size_t len = nondet_size();

	any_conn();
	ASSUME(len >= 4 && len <= 64);
	(void)message_input(&conn, buffer + TLS_RECORD_MAX, len, nondet_bool());
	ASSERT(conn.hs.state < HS_NUM_STATES);
	REACHED();
}

void prove_handshake_change_cipher_spec(void) { any_conn(); (void)handshake_change_cipher_spec(&conn); ASSERT(conn.hs.state < HS_NUM_STATES); REACHED(); }
