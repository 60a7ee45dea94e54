/*
 * trace.c: watches a run from between the parts of the appliance.  See trace.h.  Every function whose name
 * begins with __wrap_ is called in the place of the one that it is named after, calls it, and says what happened.
 */
#include "deploy/replay/trace.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "appliance/events.h"
#include "appliance/page.h"
#include "appliance/policy.h"
#include "appliance/prize.h"
#include "tlsstack/conn.h"
#include "tlsstack/tls.h"

struct trace_place trace_place;

/* A direction as it is seen: records outside, messages inside. */
struct stream_view {
	uint8_t header[5];
	uint32_t header_len, skip;	/* of the record that is under way */
	uint8_t message[4];
	uint32_t message_len, message_skip;
	uint32_t offset;		/* bytes in all */
};

static struct {
	struct run_result *result;
	const struct tls_conn *conn;	/* in whose step we are */
	uint8_t state;			/* that was said last */
	struct stream_view views[2];	/* in, out */
} trace;

void
trace_open(struct run_result *result)
{
	trace.result = result;
	trace_place = (struct trace_place){ 0 };
}

/* ---- Words ------------------------------------------------------------------------------ */

static void
add(const char *format, va_list words)
{
	struct run_result *result = trace.result;
	size_t room = sizeof result->trace - result->trace_len;
	int len = vsnprintf(result->trace + result->trace_len, room, format, words);

	if (len > 0)
		result->trace_len += (size_t)len < room ? (size_t)len : room - 1;
}

__attribute__((format(printf, 1, 2))) static void
addf(const char *format, ...)
{
	va_list words;

	va_start(words, format);
	add(format, words);
	va_end(words);
}

void
trace_line(const char *format, ...)
{
	va_list words;

	addf("%4llu.%09llu %6u  ", (unsigned long long)(trace_place.at_ns / 1000000000),
	    (unsigned long long)(trace_place.at_ns % 1000000000), trace_place.num_in);
	va_start(words, format);
	add(format, words);
	va_end(words);
	addf("\n");
}

/* "a", then "a, b". */
void
trace_outcome(const char *format, ...)
{
	struct run_result *result = trace.result;
	size_t len = strnlen(result->outcome, sizeof result->outcome - 1);
	va_list words;

	len += (size_t)snprintf(result->outcome + len, sizeof result->outcome - len, "%s", len > 0 ? ", " : "");
	if (len >= sizeof result->outcome)
		return;
	va_start(words, format);
	(void)vsnprintf(result->outcome + len, sizeof result->outcome - len, format, words);
	va_end(words);
	result->cause = trace_place.cause;
	result->decided_at = trace_place.num_in;
	result->decided_ns = trace_place.at_ns;
}

static const char *
record_name(uint8_t type)
{
	static const char *const NAMES[] = { "change_cipher_spec", "alert", "handshake", "application_data", "heartbeat" };

	return type >= 20 && type < 20 + sizeof NAMES / sizeof NAMES[0] ? NAMES[type - 20] : "unknown";
}

static const char *
message_name(uint8_t type)
{
	static const char *const NAMES[256] = {
		[0] = "hello_request", [1] = "client_hello", [2] = "server_hello", [4] = "new_session_ticket", [5] = "end_of_early_data",
		[8] = "encrypted_extensions", [11] = "certificate", [12] = "server_key_exchange", [13] = "certificate_request",
		[14] = "server_hello_done", [15] = "certificate_verify", [16] = "client_key_exchange", [20] = "finished",
		[22] = "certificate_status", [24] = "key_update", [25] = "compressed_certificate", [254] = "message_hash"
	};

	return NAMES[type] != NULL ? NAMES[type] : "unknown";
}

static const char *
state_name(uint8_t state)
{
	static const char *const NAMES[HS_NUM_STATES] = {
#define X(name) #name,
		HS_STATES(X)
#undef X
	};

	return state < HS_NUM_STATES ? NAMES[state] : "?";
}

/* ---- Records and messages --------------------------------------------------------------- */

/* Bytes that the engine took or gave: the records' headers. */
static void
outside(bool out, struct span bytes)
{
	struct stream_view *view = &trace.views[out];

	for (size_t i = 0; i < bytes.len; i++, view->offset++) {
		if (view->skip > 0) {
			view->skip--;
			continue;
		}
		view->header[view->header_len++] = bytes.ptr[i];
		if (view->header_len < sizeof view->header)
			continue;
		view->header_len = 0;
		view->skip = (uint32_t)view->header[3] << 8 | view->header[4];
		trace_line("%s at %u: record %s (%u), version %02x%02x, length %u", out ? "out" : "in ", view->offset - 4,
		    record_name(view->header[0]), view->header[0], view->header[1], view->header[2], view->skip);
	}
}

/* The content of a record, when it is known: what is inside, and handshake messages by type and length. */
static void
content(bool out, uint8_t type, struct span bytes, bool is_protected)
{
	struct stream_view *view = &trace.views[out];

	if (is_protected)
		trace_line("%s  inside: %s, length %zu", out ? "out" : "in ", record_name(type), bytes.len);
	if (type == RECORD_ALERT && bytes.len == 2)
		trace_line("%s  alert %u, level %u", out ? "out" : "in ", bytes.ptr[1], bytes.ptr[0]);
	for (size_t i = 0; type == RECORD_HANDSHAKE && i < bytes.len; i++) {
		if (view->message_skip > 0) {
			view->message_skip--;
			continue;
		}
		view->message[view->message_len++] = bytes.ptr[i];
		if (view->message_len < sizeof view->message)
			continue;
		view->message_len = 0;
		view->message_skip = (uint32_t)view->message[1] << 16 | (uint32_t)view->message[2] << 8 | view->message[3];
		trace_line("%s  message %s (%u), length %u", out ? "out" : "in ", message_name(view->message[0]),
		    view->message[0], view->message_skip);
	}
}

/* Records are opened before they count, so this is where the records before have led. */
static void
say_state(void)
{
	if (trace.conn->hs.state != trace.state)
		trace_line("state    %s", state_name(trace.conn->hs.state));
	trace.state = trace.conn->hs.state;
}

struct tls_err __real_record_open(struct record_content *, struct record_key *, const struct record_header *, uint8_t *);
struct tls_err __wrap_record_open(struct record_content *, struct record_key *, const struct record_header *, uint8_t *);

struct tls_err
__wrap_record_open(struct record_content *opened, struct record_key *key, const struct record_header *header, uint8_t *body)
{
	bool is_protected = key->suite != NULL;
	struct tls_err err = __real_record_open(opened, key, header, body);

	say_state();
	if (err.code == TLS_ERR_NONE)
		content(false, opened->type, opened->bytes, is_protected);
	return err;
}

void __real_record_seal(struct record_key *, struct outbuf *, uint16_t, enum record_type, struct span);
void __wrap_record_seal(struct record_key *, struct outbuf *, uint16_t, enum record_type, struct span);

void
__wrap_record_seal(struct record_key *key, struct outbuf *out, uint16_t version, enum record_type type, struct span bytes)
{
	bool is_protected = key->suite != NULL;
	size_t before = out->len;

	__real_record_seal(key, out, version, type, bytes);
	outside(true, (struct span){ out->ptr + before, out->len - before });
	content(true, (uint8_t)type, bytes, is_protected);
}

/* ---- The engine and the policy ---------------------------------------------------------- */

struct tls_conn *__real_tls_init(union tls_conn_store *, const struct tls_config *, const uint8_t *, uint64_t);
struct tls_conn *__wrap_tls_init(union tls_conn_store *, const struct tls_config *, const uint8_t *, uint64_t);

struct tls_conn *
__wrap_tls_init(union tls_conn_store *store, const struct tls_config *config, const uint8_t *seed, uint64_t now_s)
{
	struct tls_conn *conn = __real_tls_init(store, config, seed, now_s);

	trace.state = conn->hs.state;
	trace_line("state    %s", state_name(trace.state));
	return conn;
}

enum tls_event __real_tls_step(struct tls_conn *, struct outbuf *, struct span *, struct cursor *);
enum tls_event __wrap_tls_step(struct tls_conn *, struct outbuf *, struct span *, struct cursor *);

enum tls_event
__wrap_tls_step(struct tls_conn *conn, struct outbuf *out, struct span *app, struct cursor *in)
{
	static char inner[RUN_TRACE_MAX];
	struct run_result *result = trace.result;
	size_t before = result->trace_len, at = in->pos, len;
	const struct tls_error *failure = tls_failure(conn);
	enum tls_event event;

	trace.conn = conn;
	event = __real_tls_step(conn, out, app, in);
	say_state();
	/* What the engine saw in the bytes that it took comes after those bytes. */
	len = result->trace_len - before;
	memcpy(inner, result->trace + before, len);
	result->trace_len = before;
	if (in->pos > at)
		outside(false, (struct span){ in->base + at, in->pos - at });
	if (len < sizeof result->trace - result->trace_len) {
		memcpy(result->trace + result->trace_len, inner, len);
		result->trace_len += len;
	}

	if (event == TLS_DATA)
		trace_line("data     %zu bytes", app->len);
	if (event == TLS_FAILED)
		trace_outcome("tls failed: %s, alert %u %s", tls_error_name(failure->code), failure->alert,
		    failure->alert_received ? "received" : "sent");
	return event;
}

enum policy_action __real_policy_decide(const struct service *, enum policy_event, enum policy_peer);
enum policy_action __wrap_policy_decide(const struct service *, enum policy_event, enum policy_peer);

enum policy_action
__wrap_policy_decide(const struct service *service, enum policy_event event, enum policy_peer peer)
{
	static const char *const EVENTS[POLICY_NUM_EVENTS] = { "opened", "called", "first byte", "established", "data", "peer closed" };
	static const char *const ACTIONS[] = { "end", "wait", "call back", "start TLS", "read requests", "give the prize" };
	enum policy_action action = __real_policy_decide(service, event, peer);

	trace_line("policy   %s%s: %s", EVENTS[event], peer == POLICY_PROVED ? " by a proved peer" : "", ACTIONS[action]);
	return action;
}

void __real_prize_deliver(struct tls_conn *, struct outbuf *);
void __wrap_prize_deliver(struct tls_conn *, struct outbuf *);

void
__wrap_prize_deliver(struct tls_conn *tls, struct outbuf *out)
{
	trace_outcome("THE PRIZE");
	__real_prize_deliver(tls, out);
}

struct span __real_page_answer(uint8_t *, const struct http_request *, uint64_t);
struct span __wrap_page_answer(uint8_t *, const struct http_request *, uint64_t);

struct span
__wrap_page_answer(uint8_t *room, const struct http_request *request, uint64_t now_ns)
{
	struct span page = __real_page_answer(room, request, now_ns);

	trace_line("page     %zu bytes", page.len);
	trace_outcome("page %.3s", page.len > 12 ? (const char *)page.ptr + 9 : "?");
	return page;
}

void __real_events_log(uint64_t, enum events_kind, uint16_t, struct events_peer, uint8_t);
void __wrap_events_log(uint64_t, enum events_kind, uint16_t, struct events_peer, uint8_t);

void
__wrap_events_log(uint64_t now_ns, enum events_kind kind, uint16_t port, struct events_peer peer, uint8_t code)
{
	if (kind == EVENTS_TIMED_OUT || kind == EVENTS_EVICTED || kind == EVENTS_REFUSED)
		trace_outcome("%s", events_name(kind));
	__real_events_log(now_ns, kind, port, peer, code);
}
