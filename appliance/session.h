/*
 * session.h: one connection: bytes between netstack and tlsstack, deadlines, end of life.
 *
 *	NEW --> SILENT, or TLS as a client at once, or call back and LINGER
 *	CALLING --connected--> TLS as a client
 *	SILENT --first byte--> TLS --established--> PRIZE --sent--> LINGER --> FREE
 *	                           --established--> HTTP
 *	       --first byte--> HTTP --request--> ANSWER --sent--> HTTP again, or LINGER --> FREE
 *
 * An orderly end goes through LINGER: we have shut down sending, and read on and drop, so that
 * the peer gets our last words (an alert, the prize) and no RST.  Every other end is an RST.
 */
#ifndef APPLIANCE_SESSION_H
#define APPLIANCE_SESSION_H

#include "appliance/events.h"
#include "appliance/http.h"
#include "appliance/services.h"
#include "netstack/net.h"

enum session_state {
	SESSION_FREE, SESSION_NEW, SESSION_CALLING, SESSION_SILENT, SESSION_TLS, SESSION_HTTP, SESSION_ANSWER, SESSION_PRIZE,
	SESSION_LINGER
};

struct session {
	enum session_state state;
	bool called;			/* we opened it */
	bool proved;			/* the peer proved itself: never evicted */
	bool established;		/* the TLS handshake is complete */
	bool has_buffer;		/* a record is half read */
	bool wants_buffer;		/* a record waits for one; no engine call is spent on it */
	bool pending;			/* the engine has work that needs no input */
	bool starved, answered;		/* the engine was not called for want of a call; it was once, and had something to say */
	const struct service *service;
	struct net_conn *conn;
	struct tls_conn *tls;		/* NULL, or placed in `store` */
	union tls_conn_store *store;
	struct events_peer peer;
	uint64_t number, moved_ns;	/* who is older; when it came, TLS last had something to say, or the end began */
	uint64_t lent_ns;		/* since when it has its buffer; 0 if that was one for a turn only */
	uint64_t deadline_ns, end_ns;	/* of this state; of the whole connection */
	uint32_t flight_us[TLS_TRACE_FLIGHTS]; uint8_t num_flights;	/* of the handshake: since the accept */
	struct http http;		/* the request that is being read */
	bool complete;			/* it has been read */
	unsigned num_requests;
	uint8_t *page;			/* NULL, or the response, from the pool */
	struct span unsent;		/* what is left of it */
	size_t num_drained;
};

/*
 * What a session asks of its owner, sessions.c.  The first three: somebody must give up what is
 * short; false if all holders have proved themselves.  The last may end the asking session.
 */
struct session_owner {
	bool (*free_state)(uint64_t now_ns);
	bool (*free_buffer)(uint64_t now_ns);
	bool (*free_page)(uint64_t now_ns);
	void (*call_back)(const struct service *service, uint32_t address, uint64_t now_ns);
};

/* Take over `conn`, accepted or (`called`) opened by us.  `session` is FREE. */
void session_open(struct session *session, struct net_conn *conn, const struct service *service,
    bool called, uint64_t number, uint64_t now_ns);

/*
 * Move what can be moved.  Before the peer has proved itself each call of the TLS engine takes
 * one from *num_calls, and none is made at zero.  True if work is left that needs no new frame.
 */
bool session_step(struct session *session, const struct session_owner *owner, unsigned *num_calls,
    uint64_t now_ns);

/* End it at once to make room: RST, everything returned, counted as evicted. */
void session_evict(struct session *session, uint64_t now_ns);

#endif
