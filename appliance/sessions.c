/*
 * sessions.c: all connections.  Nobody is refused for those before him: at a limit the least
 * deserving connection of the same crowd ends, so that who holds places idly loses them first.
 * A peer that proved itself is never ended to make room.
 */
#include "appliance/sessions.h"

#include "appliance/limits.h"
#include "appliance/session.h"
#include "appliance/stats.h"

static struct {
	struct session all[SESSION_MAX];
	uint64_t num_accepted;
	size_t first;		/* who is asked first in the next turn */
} sessions;

/* Whom to look at when somebody must go.  Zero fields do not restrict. */
struct crowd {
	uint32_t address;
	bool has_state, has_page;
	uint64_t held_since_ns;		/* a record buffer, at least so long, and the peer owes us bytes */
};

/* Half a record came so long ago, and nothing of the rest is here: it is not we who are slow. */
static bool
owes(const struct session *session, uint64_t since_ns)
{
	return session->has_buffer && session->lent_ns <= since_ns && net_peek(session->conn).len == 0;
}

static bool
belongs(const struct session *session, const struct crowd *crowd)
{
	return session->state != SESSION_FREE
	    && (crowd->address == 0 || session->peer.address == crowd->address)
	    && (!crowd->has_state || session->tls != NULL)
	    && (crowd->held_since_ns == 0 || owes(session, crowd->held_since_ns))
	    && (!crowd->has_page || session->page != NULL);
}

/* What has been said already, then who said nothing, then who is at work. */
static unsigned
merit(const struct session *session)
{
	switch (session->state) {
	case SESSION_LINGER:	return 0;
	case SESSION_SILENT:	return 1;
	case SESSION_HTTP:	return session->http.line_len == 0 && !session->http.in_headers ? 1 : 2;
	default:		return 2;
	}
}

/* End the least deserving of the crowd, the oldest among equals.  False if all have proved themselves. */
static bool
make_room(const struct crowd *crowd, uint64_t now_ns)
{
	struct session *worst = NULL;

	for (size_t i = 0; i < SESSION_MAX; i++) {
		struct session *session = &sessions.all[i];

		if (!belongs(session, crowd) || session->proved)
			continue;
		if (worst == NULL || merit(session) < merit(worst)
		    || (merit(session) == merit(worst) && session->number < worst->number))
			worst = session;
	}
	if (worst == NULL)
		return false;
	session_evict(worst, now_ns);
	return true;
}

static bool
free_state(uint64_t now_ns)
{
	return make_room(&(struct crowd){ .has_state = true }, now_ns);
}

static bool
free_buffer(uint64_t now_ns)
{
	if (now_ns <= SESSION_BUFFER_GRACE_NS)
		return false;
	return make_room(&(struct crowd){ .held_since_ns = now_ns - SESSION_BUFFER_GRACE_NS }, now_ns);
}

static bool
free_page(uint64_t now_ns)
{
	return make_room(&(struct crowd){ .has_page = true }, now_ns);
}

static size_t
crowd_size(const struct crowd *crowd)
{
	size_t num = 0;

	for (size_t i = 0; i < SESSION_MAX; i++)
		num += belongs(&sessions.all[i], crowd);
	return num;
}

size_t
sessions_num(void) { return crowd_size(&(struct crowd){ 0 }); }

static struct session *
find_place(uint32_t address, uint64_t now_ns)
{
	const struct crowd neighbours = { .address = address }, everyone = { 0 };

	if (crowd_size(&neighbours) >= SESSION_PER_ADDRESS_MAX && !make_room(&neighbours, now_ns))
		return NULL;
	if (crowd_size(&everyone) == SESSION_MAX && !make_room(&everyone, now_ns))
		return NULL;
	for (size_t i = 0; i < SESSION_MAX; i++)
		if (sessions.all[i].state == SESSION_FREE)
			return &sessions.all[i];
	return NULL;
}

static void
accept(struct net_conn *conn, uint16_t port, uint64_t now_ns)
{
	const struct service *service = services_find(port);
	struct session *place = find_place(net_peer(conn), now_ns);

	if (place == NULL) {
		struct events_peer peer = { net_peer(conn), net_peer_port(conn) };

		stats_count(service, STATS_ACCEPTED);
		stats_count(service, STATS_REFUSED);
		events_log(now_ns, EVENTS_REFUSED, port, peer, 0);
		net_abort(conn);
		return;
	}
	session_open(place, conn, service, sessions.num_accepted++, now_ns);
}

/* False if some may be left for the next turn. */
static bool
accept_all(uint64_t now_ns)
{
	struct net_conn *conn;
	uint16_t port;

	for (unsigned i = 0; i < SESSION_ACCEPTS_MAX; i++) {
		conn = net_accept(&port);
		if (conn == NULL)
			return true;
		accept(conn, port, now_ns);
	}
	return false;
}

uint64_t
sessions_step(uint64_t now_ns)
{
	static const struct session_shortage SHORTAGE = { free_state, free_buffer, free_page };
	unsigned num_calls = SESSION_HANDSHAKE_CALLS;
	uint64_t wake_ns = accept_all(now_ns) ? NET_NEVER : now_ns;
	size_t first = sessions.first;

	for (size_t i = 0; i < SESSION_MAX; i++) {
		size_t at = (first + i) % SESSION_MAX;
		struct session *session = &sessions.all[at];
		bool had_calls = num_calls > 0;

		if (session->state == SESSION_FREE)
			continue;
		if (session_step(session, &SHORTAGE, &num_calls, now_ns))
			wake_ns = now_ns;
		if (session->state != SESSION_FREE && session->deadline_ns < wake_ns)
			wake_ns = session->deadline_ns;
		if (session->wants_buffer && now_ns + SESSION_BUFFER_RETRY_NS < wake_ns)
			wake_ns = now_ns + SESSION_BUFFER_RETRY_NS;
		if (had_calls && num_calls == 0)
			sessions.first = (at + 1) % SESSION_MAX;	/* who got nothing comes first */
	}
	return wake_ns;
}
