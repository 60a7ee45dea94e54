/* policy.h: who gets what.  Pure: a decision is a value of its three arguments. */
#ifndef APPLIANCE_POLICY_H
#define APPLIANCE_POLICY_H

#include "appliance/services.h"

enum policy_event {
	POLICY_OPENED,		/* a connection was accepted */
	POLICY_CALLED,		/* the peer took the connection that we opened to it */
	POLICY_FIRST_BYTE,	/* the peer has sent something */
	POLICY_ESTABLISHED,	/* the TLS handshake is complete */
	POLICY_DATA,		/* the peer sent application data over TLS; policy is asked each time */
	POLICY_PEER_CLOSED,	/* close_notify, or FIN with everything read */
	POLICY_NUM_EVENTS
};

enum policy_peer { POLICY_NOBODY, POLICY_PROVED, POLICY_NUM_PEERS };	/* POLICY_PROVED: tls_peer() is not NULL */

enum policy_action {
	POLICY_END,		/* orderly close; the answer to everything that is not listed */
	POLICY_WAIT,
	POLICY_CALL_BACK,
	POLICY_START_TLS,
	POLICY_READ_REQUESTS,	/* of HTTP, and answer them */
	POLICY_GIVE_PRIZE
};

enum policy_action policy_decide(const struct service *service, enum policy_event event,
    enum policy_peer peer);

#endif
