/*
 * input.c: any bytes in any state of a connection.  record.c and handshake.c are replaced by functions that check their
 * arguments and answer anything.  The invariant: of a record no more is held than its header says.
 */
#include "tests/proofs/harness/shared.h"

#include "tlsstack/input.c"

bool nondet_bool(void);
uint8_t nondet_uint8(void);
size_t nondet_size(void);
struct tls_conn nondet_conn(void);
struct record_header nondet_header(void);
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
static uint8_t buffer[TLS_BUFFER_SIZE];
static enum input_progress progress;
static struct span app;

static struct tls_err
any_err(void)
{
	return (struct tls_err){ NULL, 0, nondet_uint8() };
}

struct tls_err
record_header_parse(struct record_header *header, const uint8_t bytes[RECORD_HEADER_LEN], bool is_protected)
{
	header->type = bytes[0];
	header->version = 0x0303;
	header->len = (uint16_t)(256u * bytes[3] + bytes[4]);
	return header->len > (is_protected ? TLS_CIPHERTEXT_MAX : TLS_PLAINTEXT_MAX) ? FAIL(RECORD_OVERFLOW) : TLS_OK;
}

struct tls_err
record_open(struct record_content *content, struct record_key *key, const struct record_header *header, uint8_t *body)
{
	size_t at = nondet_size(), len = nondet_size();

	(void)key;
	ASSERT(__CPROVER_w_ok(body, header->len));
	ASSUME(at <= header->len && len <= header->len - at);
	*content = (struct record_content){ key->suite == NULL ? header->type : nondet_uint8(), { body + at, len } };
	return key->suite == NULL ? TLS_OK : any_err();
}

struct tls_err
handshake_input(struct tls_conn *with, struct span bytes)
{
	(void)with;
	ASSERT(bytes.len > 0 && __CPROVER_r_ok(bytes.ptr, bytes.len));
	return any_err();
}

struct tls_err
handshake_change_cipher_spec(struct tls_conn *with)
{
	(void)with;
	return any_err();
}

bool
handshake_partial(const struct tls_conn *with)
{
	(void)with;
	return nondet_bool();
}

static bool
holds(void)
{
	size_t len = 256u * conn.header[3] + conn.header[4];

	if (conn.header_len > RECORD_HEADER_LEN || conn.num_warnings > TLS_WARNINGS_MAX || conn.num_empty > TLS_EMPTY_RECORDS_MAX ||
	    conn.hs.num_ccs > TLS_COMPAT_CCS_MAX)
		return false;
	return conn.header_len < RECORD_HEADER_LEN ? conn.body_have == 0 : conn.body_have <= len && (conn.body_have == 0 || conn.buffer != NULL);
}

static void
any_conn(void)
{
	conn = nondet_conn();
	conn.buffer = nondet_bool() ? NULL : buffer;
	conn.read.suite = nondet_bool() ? NULL : &suite;
	suite.version = nondet_bool() ? 0x0303 : 0x0304;
	ASSUME(holds());
}

static struct record_header
any_header(void)
{
	struct record_header header = nondet_header();

	ASSUME(header.len <= TLS_CIPHERTEXT_MAX);
	conn.buffer = buffer;
	return header;
}

static struct cursor
any_bytes(size_t max)
{
	struct cursor in = { NULL, nondet_size(), nondet_size() };

	ASSUME(in.end > 0 && in.end <= max && in.pos <= in.end);
	in.base = malloc(in.end);
	ASSUME(in.base != NULL);
	return in;
}

void
prove_content_input(void)
{
	struct record_content content = { nondet_uint8(), { buffer, nondet_size() } };

	any_conn();
	ASSUME(content.bytes.len <= sizeof buffer);
	(void)content_input(&conn, &progress, &app, &content);
	ASSERT(holds());
	REACHED();
}

void prove_compat_ccs_input(void) { size_t len = nondet_size(); any_conn(); ASSUME(len <= sizeof buffer);
    (void)compat_ccs_input(&conn, (struct span){ buffer, len }); ASSERT(holds()); REACHED(); }
void prove_ccs_input(void) { size_t len = nondet_size(); any_conn(); ASSUME(len <= sizeof buffer);
    (void)ccs_input(&conn, (struct span){ buffer, len }); ASSERT(holds()); REACHED(); }
void prove_plain_input(void) { any_conn(); struct record_header header = any_header(); conn.read.suite = NULL;
    (void)plain_input(&conn, &progress, &app, &header, buffer); ASSERT(holds()); REACHED(); }
void prove_protected13_input(void) { any_conn(); struct record_header header = any_header(); conn.read.suite = &suite;
    (void)protected13_input(&conn, &progress, &app, &header, buffer); ASSERT(holds()); REACHED(); }
void prove_protected12_input(void) { any_conn(); struct record_header header = any_header(); conn.read.suite = &suite;
    (void)protected12_input(&conn, &progress, &app, &header, buffer); ASSERT(holds()); REACHED(); }

void
prove_collect(void)
{
	struct cursor in = any_bytes(0x1000000);
	size_t want = nondet_size(), have = nondet_size();

	ASSUME(want <= sizeof buffer && have <= want);
	(void)collect(buffer, &have, want, &in);
	ASSERT(have <= want && in.pos <= in.end);
	REACHED();
}
