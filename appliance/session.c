/*
 * session.c: one connection.  It moves bytes and keeps time; what a peer gets is decided in
 * policy.c.  Ownership: the session owns its net_conn, and the TLS state and the record buffer
 * and the response that it took from pool.c; give_back and release are the two places that return them.
 */
#include "appliance/session.h"

#include "appliance/identity.h"
#include "appliance/limits.h"
#include "appliance/page.h"
#include "appliance/policy.h"
#include "appliance/pool.h"
#include "appliance/prize.h"
#include "appliance/stats.h"
#include "platform/base/bytes.h"
#include "platform/base/panic.h"
#include "platform/platform.h"

/* Output of one call of the engine: always ciphertext, alerts and hellos; copied by net_send. */
static uint8_t stage[SESSION_STAGE_LEN];

static void
count(const struct session *session, enum stats_outcome outcome)
{
	stats_count(session->service, outcome);
}

static void
note(const struct session *session, enum events_kind kind, uint8_t code, uint64_t now_ns)
{
	events_log(now_ns, kind, session->service->port, session->peer, code);
}

static void
enter(struct session *session, enum session_state state, uint64_t deadline_ns)
{
	session->state = state;
	session->deadline_ns = deadline_ns < session->end_ns ? deadline_ns : session->end_ns;
}

void
session_open(struct session *session, struct net_conn *conn, const struct service *service,
    bool called, uint64_t number, uint64_t now_ns)
{
	REQUIRE(session->state == SESSION_FREE);
	*session = (struct session){
		.service = service,
		.conn = conn,
		.called = called,
		.peer = { net_peer(conn), net_peer_port(conn) },
		.number = number,
		.moved_ns = now_ns,
		.end_ns = now_ns + SESSION_LIFE_NS,
	};
	enter(session, called ? SESSION_CALLING : SESSION_NEW, now_ns + SESSION_FIRST_BYTE_NS);
	count(session, called ? STATS_CALLED : STATS_ACCEPTED);
}

/* Wipe the TLS state; return it, its buffer and the response to their pools. */
static void
give_back(struct session *session)
{
	uint8_t *buffer;

	if (session->page != NULL)
		pool_return_page(session->page);
	session->page = NULL;
	if (session->tls == NULL)
		return;
	buffer = tls_wipe(session->tls);
	if (buffer != NULL)
		pool_return_buffer(buffer);
	pool_return_state(session->store);
	session->tls = NULL;
	session->store = NULL;
	session->has_buffer = session->wants_buffer = session->pending = false;
}

static void
release(struct session *session, void (*end)(struct net_conn *))
{
	give_back(session);
	end(session->conn);
	*session = (struct session){ .state = SESSION_FREE };
}

void
session_evict(struct session *session, uint64_t now_ns)
{
	if (session->state != SESSION_LINGER) {
		count(session, STATS_EVICTED);
		note(session, EVENTS_EVICTED, 0, now_ns);
	}
	release(session, net_abort);
}

/* The stage, no larger than what the netstack takes now. */
static struct outbuf
stage_for(const struct session *session)
{
	size_t room = net_room(session->conn);

	return outbuf_of(stage, room < sizeof stage ? room : sizeof stage);
}

/*
 * The orderly end: close_notify where TLS stands (RFC 8446, 6.1; left out where there is no room,
 * for FIN says it too), FIN, then read and drop for a while.
 */
static void
finish(struct session *session, uint64_t now_ns)
{
	struct outbuf out = stage_for(session);

	if (session->established && out.cap >= TLS_OUT_MIN) {
		tls_close(session->tls, &out);
		net_send(session->conn, outbuf_span(&out));
	}
	session->established = false;
	session->moved_ns = now_ns;
	give_back(session);
	net_finish(session->conn);
	enter(session, SESSION_LINGER, now_ns + SESSION_LINGER_NS);
}

static bool
start_tls(struct session *session, const struct session_owner *owner, uint64_t now_ns)
{
	uint8_t seed[PLAT_SEED_LEN];

	_Static_assert(PLAT_SEED_LEN == TLS_SEED_LEN, "one seed length");
	session->store = pool_take_state();
	if (session->store == NULL && owner->free_state(now_ns))
		session->store = pool_take_state();
	if (session->store == NULL)
		return false;
	plat_seed(seed);
	session->tls = tls_init(session->store, identity_config(session->service), seed, plat_wall_s());
	wipe(seed, sizeof seed);
	session->pending = session->service->begins != SERVICE_WAITS;	/* a client speaks first */
	enter(session, SESSION_TLS, now_ns + SESSION_HANDSHAKE_NS);
	return true;
}

static void
refuse(struct session *session, uint64_t now_ns)
{
	count(session, STATS_REFUSED);
	note(session, EVENTS_REFUSED, 0, now_ns);
	release(session, net_abort);
}

static void
await_request(struct session *session, uint64_t now_ns)
{
	session->http = (struct http){ 0 };
	session->complete = false;
	enter(session, SESSION_HTTP, now_ns + SESSION_REQUEST_NS);
}

/* This connection has told us who asks; it ends, and may be the one that makes room. */
static void
call_back(struct session *session, const struct session_owner *owner, uint64_t now_ns)
{
	const struct service *service = session->service;
	uint32_t address = session->peer.address;

	finish(session, now_ns);
	owner->call_back(service, address, now_ns);
}

/* Ask policy.c and do what it says. */
static void
act(struct session *session, enum policy_event event, const struct session_owner *owner, uint64_t now_ns)
{
	enum policy_peer peer = session->tls != NULL && tls_peer(session->tls) != NULL
	    ? POLICY_PROVED : POLICY_NOBODY;

	switch (policy_decide(session->service, event, peer)) {
	case POLICY_WAIT:
		session->state = SESSION_SILENT;
		return;
	case POLICY_CALL_BACK:
		call_back(session, owner, now_ns);
		return;
	case POLICY_START_TLS:
		if (start_tls(session, owner, now_ns))
			return;
		refuse(session, now_ns);
		return;
	case POLICY_READ_REQUESTS:
		if (session->state != SESSION_HTTP)
			await_request(session, now_ns);
		return;
	case POLICY_GIVE_PRIZE:
		session->proved = true;
		enter(session, SESSION_PRIZE, session->end_ns);
		return;
	default:
		finish(session, now_ns);
	}
}

/*
 * Lend the record buffer that the engine asks for.  False if none can be had now: it waits.  The last
 * ones go only to whoever needs one for no longer than this turn, as all of his record is here.
 */
static bool
lend_buffer(struct session *session, const struct session_owner *owner, uint64_t now_ns)
{
	bool whole = net_unread(session->conn) >= tls_record_left(session->tls);
	size_t limit = whole ? POOL_BUFFERS : POOL_BUFFERS - POOL_BUFFERS_KEPT;
	uint8_t *buffer = NULL;

	if (pool_num_buffers() < limit || (owner->free_buffer(now_ns) && pool_num_buffers() < limit))
		buffer = pool_take_buffer();
	session->wants_buffer = buffer == NULL;
	if (buffer == NULL)
		return false;
	tls_lend(session->tls, buffer);
	session->has_buffer = true;
	session->lent_ns = pool_num_buffers() > POOL_BUFFERS - POOL_BUFFERS_KEPT ? 0 : now_ns;
	return true;
}

static void
take_buffer_back(struct session *session)
{
	uint8_t *buffer = session->has_buffer ? tls_unlend(session->tls) : NULL;

	if (buffer == NULL)
		return;
	pool_return_buffer(buffer);
	session->has_buffer = false;
}

static void
tls_event(struct session *session, enum tls_event event, const struct session_owner *owner,
    uint64_t now_ns)
{
	uint8_t code;

	switch (event) {
	case TLS_WANT_INPUT:
	case TLS_WANT_ROOM:
		return;
	case TLS_WANT_BUFFER:
		(void)lend_buffer(session, owner, now_ns);
		return;
	case TLS_ESTABLISHED:
		session->established = true;
		count(session, STATS_ESTABLISHED);
		act(session, POLICY_ESTABLISHED, owner, now_ns);
		return;
	case TLS_DATA:
		act(session, POLICY_DATA, owner, now_ns);
		return;
	case TLS_PEER_CLOSED:
		act(session, POLICY_PEER_CLOSED, owner, now_ns);
		return;
	default:
		session->established = false;		/* the alert was our last word */
		code = tls_failure(session->tls)->code;
		count(session, STATS_TLS_FAILED);
		stats_count_failure(code);
		note(session, EVENTS_TLS_FAILED, code, now_ns);
		finish(session, now_ns);
	}
}

/* Bytes of a request, in clear.  What follows a request in one piece is dropped with the connection. */
static void
read_request(struct session *session, struct cursor *in)
{
	session->complete = http_parse(&session->http, in);
	if (session->complete && !cursor_done(in) && session->tls != NULL)
		session->http.request.persist = false;
}

static uint64_t
since_accept_us(const struct session *session, uint64_t now_ns)
{
	return (now_ns + SESSION_LIFE_NS - session->end_ns) / 1000;
}

/* For the page that draws them: this turn's time for each flight that is new. */
static void
note_flights(struct session *session, uint64_t now_ns)
{
	while (session->num_flights < tls_trace(session->tls)->num_flights)
		session->flight_us[session->num_flights++] = (uint32_t)since_accept_us(session, now_ns);
}

/* One call of the engine.  What it shows is read first: the views die with the next call and the consumed input. */
static bool
step_tls(struct session *session, const struct session_owner *owner, unsigned *num_calls,
    uint64_t now_ns)
{
	struct span peek = net_peek(session->conn), app;
	struct cursor in = cursor_of(peek), data;
	struct outbuf out = stage_for(session);
	enum tls_event event;

	if (peek.len == 0 && !session->pending) {
		if (net_status(session->conn) != NET_PEER_DONE)
			return false;
		act(session, POLICY_PEER_CLOSED, owner, now_ns);
		return true;
	}
	if (out.cap < TLS_OUT_MIN)
		return false;		/* the next acknowledgement makes room */
	if (session->wants_buffer && !lend_buffer(session, owner, now_ns))
		return false;		/* its turn comes, or its deadline */
	if (session->state == SESSION_TLS && *num_calls == 0) {
		session->starved = true;
		return false;
	}
	*num_calls -= session->state == SESSION_TLS;
	event = tls_step(session->tls, &out, &app, &in);
	note_flights(session, now_ns);
	if (event == TLS_DATA && session->state == SESSION_HTTP) {
		data = cursor_of(app);
		read_request(session, &data);
	}
	net_consume(session->conn, in.pos);
	net_send(session->conn, outbuf_span(&out));
	if (out.len > 0) {
		session->answered = true;
		session->moved_ns = now_ns;
	}
	take_buffer_back(session);
	session->pending = event != TLS_WANT_INPUT;
	tls_event(session, event, owner, now_ns);
	return true;
}

static bool
send_prize(struct session *session, uint64_t now_ns)
{
	struct outbuf out = stage_for(session);

	if (out.cap < TLS_OUT_MIN)
		return false;
	prize_deliver(session->tls, &out);
	net_send(session->conn, outbuf_span(&out));
	count(session, STATS_PRIZE);
	note(session, EVENTS_PRIZE_SENT, 0, now_ns);
	finish(session, now_ns);
	return true;
}

/* Plain: the same without the engine. */
static bool
read_plain(struct session *session, const struct session_owner *owner, uint64_t now_ns)
{
	struct cursor in = cursor_of(net_peek(session->conn));

	if (cursor_done(&in)) {
		if (net_status(session->conn) != NET_PEER_DONE)
			return false;
		act(session, POLICY_PEER_CLOSED, owner, now_ns);
		return true;
	}
	read_request(session, &in);
	net_consume(session->conn, in.pos);
	return true;
}

/* A request has been read: make the response. */
static void
answer(struct session *session, const struct session_owner *owner, uint64_t now_ns)
{
	session->page = pool_take_page();
	if (session->page == NULL && owner->free_page(now_ns))
		session->page = pool_take_page();
	if (session->page == NULL) {
		refuse(session, now_ns);
		return;
	}
	if (++session->num_requests >= SESSION_REQUESTS_MAX)
		session->http.request.persist = false;
	session->unsent = page_answer(session->page, &session->http.request, session->tls == NULL ? NULL : &(struct page_visit){
	    tls_info(session->tls), tls_trace(session->tls), session->flight_us, since_accept_us(session, now_ns) }, now_ns);
	enter(session, SESSION_ANSWER, session->end_ns);
}

/* As much of the response as goes now.  False if none does. */
static bool
send_some(struct session *session)
{
	struct cursor left = cursor_of(session->unsent);
	struct outbuf out = stage_for(session);

	if (session->tls == NULL) {
		left.pos = out.cap < left.end ? out.cap : left.end;
		net_send(session->conn, (struct span){ left.base, left.pos });
	} else if (out.cap >= TLS_OUT_MIN) {
		tls_send(session->tls, &out, &left);
		net_send(session->conn, outbuf_span(&out));
	}
	session->unsent = cursor_rest(&left);
	return left.pos > 0;
}

static bool
send_answer(struct session *session, uint64_t now_ns)
{
	if (session->unsent.len > 0)
		return send_some(session);
	count(session, STATS_PAGE);
	pool_return_page(session->page);
	session->page = NULL;
	if (session->http.request.persist)
		await_request(session, now_ns);
	else
		finish(session, now_ns);
	return true;
}

static bool
linger(struct session *session)
{
	struct span rest = net_peek(session->conn);

	net_consume(session->conn, rest.len);
	session->num_drained += rest.len;
	if (session->num_drained > SESSION_LINGER_MAX) {
		release(session, net_abort);
		return false;
	}
	if (rest.len > 0)
		return true;
	if (net_status(session->conn) == NET_PEER_DONE && net_unacked(session->conn) == 0)
		release(session, net_close);
	return false;
}

/* One move.  True if another may follow at once. */
static bool
move(struct session *session, const struct session_owner *owner, unsigned *num_calls, uint64_t now_ns)
{
	switch (session->state) {
	case SESSION_NEW:
		act(session, POLICY_OPENED, owner, now_ns);
		return true;
	case SESSION_CALLING:
		if (net_status(session->conn) == NET_OPENING)
			return false;
		act(session, POLICY_CALLED, owner, now_ns);
		return true;
	case SESSION_SILENT:
		if (net_peek(session->conn).len > 0)
			act(session, POLICY_FIRST_BYTE, owner, now_ns);
		else if (net_status(session->conn) == NET_PEER_DONE)
			act(session, POLICY_PEER_CLOSED, owner, now_ns);
		else
			return false;
		return true;
	case SESSION_TLS:
		return step_tls(session, owner, num_calls, now_ns);
	case SESSION_PRIZE:
		return send_prize(session, now_ns);
	case SESSION_HTTP:
		if (session->complete) {
			answer(session, owner, now_ns);
			return true;
		}
		return session->tls != NULL ? step_tls(session, owner, num_calls, now_ns)
		    : read_plain(session, owner, now_ns);
	case SESSION_ANSWER:
		return send_answer(session, now_ns);
	case SESSION_LINGER:
		return linger(session);
	default:
		return false;
	}
}

bool
session_step(struct session *session, const struct session_owner *owner, unsigned *num_calls,
    uint64_t now_ns)
{
	if (net_status(session->conn) == NET_GONE) {
		if (session->state != SESSION_LINGER)
			count(session, STATS_GONE);
		release(session, net_abort);
		return false;
	}
	if (now_ns >= session->deadline_ns) {
		if (session->state != SESSION_LINGER) {
			count(session, STATS_TIMED_OUT);
			note(session, EVENTS_TIMED_OUT, 0, now_ns);
		}
		release(session, net_abort);
		return false;
	}
	session->starved = false;
	for (unsigned i = 0; i < SESSION_CALLS; i++)
		if (!move(session, owner, num_calls, now_ns))
			return session->starved;
	return true;
}
