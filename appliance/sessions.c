/*
 * sessions.c: all connections.  Nobody is refused for those before him: at a limit the least
 * deserving connection of the same crowd ends, so that who holds places idly loses them first.
 * A peer that proved itself is never ended to make room.
 */
#include "appliance/sessions.h"

#include "appliance/backs.h"
#include "appliance/limits.h"
#include "appliance/pool.h"
#include "appliance/session.h"
#include "appliance/stats.h"

static struct {
	struct session all[SESSION_MAX];
	uint64_t num_all;	/* since boot */
	size_t first[2];	/* who is asked first in the next turn: of those whose handshake is under way, of the others */
	bool shut_out;		/* those under way took every call, and another waits for one */
} sessions;

/* Whom to look at when somebody must go.  Zero fields do not restrict. */
struct crowd {
	uint32_t address, mask;
	const struct service *called_for;
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
	    && ((session->peer.address ^ crowd->address) & crowd->mask) == 0
	    && (crowd->called_for == NULL || (session->called && session->service == crowd->called_for))
	    && (!crowd->has_state || session->tls != NULL)
	    && (crowd->held_since_ns == 0 || owes(session, crowd->held_since_ns))
	    && (!crowd->has_page || session->page != NULL);
}

/* Who has read our last words, then who says nothing for a while, then who is at work: last words on their way among them. */
static unsigned
merit(const struct session *session, uint64_t now_ns)
{
	uint64_t age_ns = now_ns + SESSION_LIFE_NS - session->end_ns;

	switch (session->state) {
	case SESSION_LINGER:	return net_unacked(session->conn) > 0 && now_ns - session->moved_ns < SESSION_SILENCE_NS ? 2 : 0;
	case SESSION_CALLING:
	case SESSION_SILENT:	return age_ns < SESSION_SILENCE_NS ? 2 : 1;
	case SESSION_HTTP:	return session->http.line_len == 0 && !session->http.in_headers ? 1 : 2;
	default:		return 2;
	}
}

/*
 * Among equals: whom we have waited for longest.  A handshake that goes on outlives a crowd of those that do not.
 * Among those who hold a buffer: the oldest, as the rest of a newcomer's record may have been lost and come again.
 */
static bool
before(const struct session *one, const struct session *two, const struct crowd *crowd)
{
	if (crowd->held_since_ns == 0 && one->moved_ns != two->moved_ns)
		return one->moved_ns < two->moved_ns;
	return one->number < two->number;
}

/* End the least deserving of the crowd.  False if all have proved themselves. */
static bool
make_room(const struct crowd *crowd, uint64_t now_ns)
{
	struct session *worst = NULL;

	for (size_t i = 0; i < SESSION_MAX; i++) {
		struct session *session = &sessions.all[i];

		if (!belongs(session, crowd) || session->proved)
			continue;
		if (worst == NULL || merit(session, now_ns) < merit(worst, now_ns)
		    || (merit(session, now_ns) == merit(worst, now_ns) && before(session, worst, crowd)))
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
	const struct crowd same = { .address = address, .mask = 0xffffffff }, everyone = { 0 };
	const struct crowd neighbours = { .address = address, .mask = 0xffffff00 };

	if (crowd_size(&same) >= SESSION_PER_ADDRESS_MAX && !make_room(&same, now_ns))
		return NULL;
	if (crowd_size(&neighbours) >= SESSION_PER_PREFIX_MAX && !make_room(&neighbours, now_ns))
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
	session_open(place, conn, service, false, sessions.num_all++, now_ns);
}

/*
 * Connect to who asked, if backs.c allows it.  Refused and failed calls look the same to the
 * peer: nothing comes.
 */
static void
call_back(const struct service *service, uint32_t address, uint64_t now_ns)
{
	const struct crowd called = { .called_for = service };
	const struct crowd same = { .address = address, .mask = 0xffffffff, .called_for = service };
	struct events_peer peer = { address, SERVICE_BACK_PORT };
	struct net_conn *conn = NULL;
	struct session *place = NULL;

	if (crowd_size(&same) < BACKS_PER_ADDRESS_MAX && backs_allow(address, now_ns)
	    && (crowd_size(&called) < BACKS_MAX || make_room(&called, now_ns)))
		conn = net_connect(address, SERVICE_BACK_PORT);
	if (conn != NULL)
		place = find_place(address, now_ns);
	if (place != NULL) {
		events_log(now_ns, EVENTS_CALLED_BACK, service->port, peer, 0);
		session_open(place, conn, service, true, sessions.num_all++, now_ns);
		return;
	}
	if (conn != NULL)
		net_abort(conn);
	stats_count(service, STATS_REFUSED);
	events_log(now_ns, EVENTS_REFUSED, service->port, peer, 0);
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
	static const struct session_owner OWNER = { free_state, free_buffer, free_page, call_back };
	unsigned kept = sessions.shut_out ? 1 : 0, num_calls = SESSION_HANDSHAKE_CALLS - kept;
	uint64_t wake_ns = accept_all(now_ns) ? NET_NEVER : now_ns;
	size_t first[] = { sessions.first[0], sessions.first[1] };
	bool waits = false, none_left = false;

	sessions.shut_out = false;
	for (size_t i = 0; i < 2 * SESSION_MAX; i++) {
		size_t round = i / SESSION_MAX, at = (first[round] + i) % SESSION_MAX;
		struct session *session = &sessions.all[at];
		bool had_calls;

		/* Whose handshake is under way comes first: anybody can send a hello, and many do.  They are not shut out twice. */
		if (i == SESSION_MAX)
			none_left = (num_calls += kept) == 0;
		had_calls = num_calls > 0;
		if (session->state == SESSION_FREE || session->answered != (i < SESSION_MAX))
			continue;
		if (session_step(session, &OWNER, &num_calls, now_ns))
			wake_ns = now_ns;
		if (session->state != SESSION_FREE && session->deadline_ns < wake_ns)
			wake_ns = session->deadline_ns;
		if (session->wants_buffer && now_ns + SESSION_BUFFER_RETRY_NS < wake_ns)
			wake_ns = now_ns + SESSION_BUFFER_RETRY_NS;
		if (had_calls && num_calls == 0)
			sessions.first[round] = (at + 1) % SESSION_MAX;	/* who got nothing comes first */
		if (session->wants_buffer && !waits && num_calls > 0)
			sessions.first[round] = at;		/* and who waits for a buffer has the next that is free */
		waits |= session->wants_buffer;
		sessions.shut_out |= none_left && session->starved;
	}
	if (waits && pool_num_buffers() < POOL_BUFFERS - POOL_BUFFERS_KEPT)
		return now_ns;
	return wake_ns;
}
