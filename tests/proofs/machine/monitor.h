/*
 * monitor.h: what RFC 8446 and RFC 5246 let one side of a handshake take, and what that side may do about it.
 * Written from the RFCs' text (8446: 2, 4, 5, appendix A; 5246: 7.1, 7.3, 7.4; 5746; 7627), over events and
 * actions only: it has no states, includes nothing of tlsstack and was written before its tables were read.
 */
#ifndef MONITOR_H
#define MONITOR_H

#include <stdbool.h>
#include <stdint.h>

/* What arrives.  `type` is the HandshakeType of a MON_MESSAGE. */
enum mon_kind { MON_MESSAGE, MON_CHANGE_CIPHER_SPEC, MON_APP_DATA, MON_FATAL_ALERT, MON_CLOSE_NOTIFY,
	MON_OTHER_CONTENT, MON_CLEAR };	/* content of no known type; a handshake record in the clear after keys */

struct mon_event {
	enum mon_kind kind;
	uint8_t type;
	bool empty;		/* Certificate: its list is empty */
	bool retry;		/* ServerHello: it is a HelloRetryRequest */
	bool more;		/* bytes of another message follow in its record */
	bool inside;		/* a record between two pieces of one handshake message */
};

/* What the machine did about it. */
struct mon_action {
	bool refused;		/* a fatal alert, or nothing at all because the connection had ended before */
	bool ignored;		/* dropped: not hashed, nothing changed */
	bool connected;		/* told the application that the handshake is complete */
	bool named;		/* and who the peer is: its certificate and its signature were checked */
	bool delivered;		/* gave bytes to the application */
	bool sent_retry;	/* a server sent HelloRetryRequest */
	bool sent_hello;	/* a server sent its ServerHello and what follows it */
};

enum mon_policy { MON_NO_CERTIFICATE, MON_CERTIFICATE_OPTIONAL, MON_CERTIFICATE_REQUIRED };

struct monitor {
	bool server, tls13;
	enum mon_policy policy;	/* of a server: was the client asked for a certificate, and must it have one? */
	uint32_t seen;		/* facts, monitor.c */
	const char *broken;	/* the first rule that was broken, or NULL */
};

void monitor_step(struct monitor *mon, struct mon_event event, struct mon_action action);

/* Is there a conforming peer that would send this now?  Then refusing it breaks the protocol too. */
bool monitor_allows(const struct monitor *mon, struct mon_event event);

/* Facts in `seen`; the induction (search.c) names them, nothing else does. */
enum {
	SEEN_CLIENT_HELLO = 1, SEEN_RETRY = 2, SEEN_SECOND_HELLO = 4, SEEN_SERVER_HELLO = 8,
	SEEN_EXTENSIONS = 16, SEEN_REQUEST = 32, SEEN_CERTIFICATE = 64, SEEN_EMPTY = 128, SEEN_VERIFY = 256,
	SEEN_SERVER_KEY = 512, SEEN_HELLO_DONE = 1024, SEEN_CLIENT_KEY = 2048, SEEN_CIPHER_SPEC = 4096,
	SEEN_FINISHED = 8192, SEEN_END = 16384, SEEN_ALL = 32767
};

#endif
