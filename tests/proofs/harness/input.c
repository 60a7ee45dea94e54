/*
 * input.c: any bytes in any state of a connection.  record.c and handshake.c are replaced by functions that check their
 * arguments and answer anything.  The invariant: of a record no more is held than its header says, and counters keep their limits.
 * Where a row is given, so are the functions around it: given_A asserts what A demands, and answers what A's own row has proved.
 */
#include "tests/proofs/harness/shared.h"

#include "tlsstack/input.c"

bool nondet_bool(void);
uint8_t nondet_uint8(void);
size_t nondet_size(void);
struct tls_conn nondet_conn(void);
struct record_header nondet_header(void);
struct tls_trace nondet_trace(void);
uint16_t nondet_uint16(void);
void *malloc(size_t len);
void other_side(void) { }

void
trace_message(struct tls_trace *trace, bool sent, uint8_t kind, size_t len)
{
	(void)sent; (void)kind; (void)len;
	ASSERT(__CPROVER_w_ok(trace, sizeof *trace) && TRACE_HOLDS(trace));
	*trace = nondet_trace();
	ASSUME(TRACE_HOLDS(trace));
}

static struct tls_conn conn;
static struct tls_suite suite;
static uint8_t *buffer;
static size_t buffer_len;
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

	ASSERT(key == &conn.read && __CPROVER_w_ok(body, header->len));
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
	    conn.hs.num_ccs > TLS_COMPAT_CCS_MAX || !TRACE_HOLDS(&conn.flight.trace))
		return false;
	if (conn.header_len < RECORD_HEADER_LEN)
		return conn.body_have == 0;
	return conn.body_have <= len && (conn.body_have == 0 || (conn.buffer == buffer && len <= TLS_CIPHERTEXT_MAX));
}

static void
any_conn(void)
{
	conn = nondet_conn();
	buffer_len = nondet_size();
	ASSUME(buffer_len >= TLS_BUFFER_SIZE && buffer_len <= TLS_RECORD_MAX + TLS_MESSAGE_TOP);	/* tls.h: what a configuration lends */
	buffer = malloc(buffer_len);
	ASSUME(buffer != NULL);
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

struct tls_err given_content_input(struct tls_conn *with, enum input_progress *to, struct span *data, const struct record_content *content);
struct tls_err given_record_input(struct tls_conn *with, enum input_progress *to, struct span *data, const struct record_header *header);
bool given_collect(uint8_t *to, size_t *have, size_t want, struct cursor *in);

/* What any content leads to: another state that holds, but for what is held of a record. */
static struct tls_err
any_end(struct tls_conn *with, enum input_progress *to, struct span *data)
{
	struct tls_conn before = *with;

	ASSERT(with == &conn && holds() && __CPROVER_w_ok(to, sizeof *to) && __CPROVER_w_ok(data, sizeof *data));
	*with = nondet_conn();
	with->buffer = before.buffer;
	for (unsigned i = 0; i < RECORD_HEADER_LEN; i++)
		with->header[i] = before.header[i];
	with->header_len = before.header_len;
	with->body_have = before.body_have;
	ASSUME(holds());
	*to = nondet_bool() ? INPUT_DATA : INPUT_RECORD;
	return any_err();
}

struct tls_err
given_content_input(struct tls_conn *with, enum input_progress *to, struct span *data, const struct record_content *content)
{
	ASSERT(content->bytes.len == 0 || __CPROVER_r_ok(content->bytes.ptr, content->bytes.len));
	return any_end(with, to, data);
}

/* Of plain_input() and the two for protected records alike. */
struct tls_err given_plain_input(struct tls_conn *with, enum input_progress *to, struct span *data, const struct record_header *header, uint8_t *body);
struct tls_err given_protected13_input(struct tls_conn *with, enum input_progress *to, struct span *data, const struct record_header *header, uint8_t *body);
struct tls_err given_protected12_input(struct tls_conn *with, enum input_progress *to, struct span *data, const struct record_header *header, uint8_t *body);

struct tls_err
given_plain_input(struct tls_conn *with, enum input_progress *to, struct span *data, const struct record_header *header, uint8_t *body)
{
	ASSERT(with->read.suite == NULL && header->len <= TLS_CIPHERTEXT_MAX && __CPROVER_w_ok(body, header->len));
	return any_end(with, to, data);
}

struct tls_err
given_protected13_input(struct tls_conn *with, enum input_progress *to, struct span *data, const struct record_header *header, uint8_t *body)
{
	ASSERT(with->read.suite == &suite && suite.version == 0x0304 && header->len <= TLS_CIPHERTEXT_MAX && __CPROVER_w_ok(body, header->len));
	return any_end(with, to, data);
}

struct tls_err
given_protected12_input(struct tls_conn *with, enum input_progress *to, struct span *data, const struct record_header *header, uint8_t *body)
{
	ASSERT(with->read.suite == &suite && suite.version != 0x0304 && header->len <= TLS_CIPHERTEXT_MAX && __CPROVER_w_ok(body, header->len));
	return any_end(with, to, data);
}

struct tls_err
given_record_input(struct tls_conn *with, enum input_progress *to, struct span *data, const struct record_header *header)
{
	ASSERT(with->header_len == RECORD_HEADER_LEN && with->buffer == buffer && with->body_have == header->len && header->len <= TLS_CIPHERTEXT_MAX);
	with->header_len = 0;
	with->body_have = 0;
	return any_end(with, to, data);
}

bool
given_collect(uint8_t *to, size_t *have, size_t want, struct cursor *in)
{
	size_t lacks = want - *have, left = in->end - in->pos, len = lacks < left ? lacks : left;

	ASSERT(*have <= want && (want == 0 || __CPROVER_w_ok(to, want)) && in->pos <= in->end);
	for (unsigned i = 0; i < RECORD_HEADER_LEN && to == conn.header; i++)
		if (i >= *have && i < *have + len)
			to[i] = nondet_uint8();
	*have += len;
	in->pos += len;
	return lacks <= left;
}

void
prove_content_input(void)
{
	struct record_content content = { nondet_uint8(), { NULL, nondet_size() } };

	any_conn();
	ASSUME(content.bytes.len <= TLS_CIPHERTEXT_MAX);
	content.bytes.ptr = buffer;
	(void)content_input(&conn, &progress, &app, &content);
	ASSERT(holds());
	REACHED();
}

void prove_compat_ccs_input(void) { size_t len = nondet_size(); any_conn(); ASSUME(len <= TLS_CIPHERTEXT_MAX);
    (void)compat_ccs_input(&conn, (struct span){ buffer, len }); ASSERT(holds()); REACHED(); }
void prove_ccs_input(void) { size_t len = nondet_size(); any_conn(); ASSUME(len <= TLS_CIPHERTEXT_MAX);
    (void)ccs_input(&conn, (struct span){ buffer, len }); ASSERT(holds()); REACHED(); }
void prove_plain_input(void) { any_conn(); struct record_header header = any_header(); conn.read.suite = NULL;
    (void)plain_input(&conn, &progress, &app, &header, buffer); ASSERT(holds()); REACHED(); }
void prove_protected13_input(void) { any_conn(); struct record_header header = any_header(); conn.read.suite = &suite;
    (void)protected13_input(&conn, &progress, &app, &header, buffer); ASSERT(holds()); REACHED(); }
void prove_protected12_input(void) { any_conn(); struct record_header header = any_header(); conn.read.suite = &suite;
    (void)protected12_input(&conn, &progress, &app, &header, buffer); ASSERT(holds()); REACHED(); }
void prove_record_input(void) { any_conn(); struct record_header header = any_header();
    (void)record_input(&conn, &progress, &app, &header); ASSERT(holds() && conn.header_len == 0 && conn.body_have == 0); REACHED(); }
void prove_input_left(void) { any_conn(); ASSERT(input_left(&conn) <= 0xffff); REACHED(); }

void
prove_input_step(void)
{
	struct cursor in = { NULL, nondet_size(), nondet_size() };

	any_conn();
	ASSUME(in.end > 0 && in.end <= INPUT_MAX && in.pos <= in.end);
	in.base = malloc(in.end);
	ASSUME(in.base != NULL);
	size_t before = in.pos, held = (size_t)conn.header_len + conn.body_have;
	struct tls_err err = input_step(&conn, &progress, &app, &in);
	ASSERT(in.pos >= before && in.pos <= in.end);
	ASSERT(err.code != 0 || (holds() && (progress != INPUT_MORE || in.pos == in.end)));
	if (err.code == 0 && (progress == INPUT_RECORD || progress == INPUT_DATA))	/* what engine.c's measure rests on */
		ASSERT(in.pos - before + held >= RECORD_HEADER_LEN && conn.header_len == 0 && conn.body_have == 0);
	REACHED();
}

void
prove_collect(void)
{
	struct cursor in = any_bytes(INPUT_MAX);
	size_t want = nondet_size(), have = nondet_size();

	any_conn();
	ASSUME(want <= TLS_CIPHERTEXT_MAX && have <= want);
	size_t lacks = want - have, left = in.end - in.pos, before = in.pos;
	bool whole = collect(buffer, &have, want, &in);
	ASSERT(whole == (lacks <= left) && in.pos == before + (whole ? lacks : left) && have == want - lacks + (whole ? lacks : left));
	REACHED();
}
