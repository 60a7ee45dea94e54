/* services.h: the attack surface as a table.  What is not a row here does not exist. */
#ifndef APPLIANCE_SERVICES_H
#define APPLIANCE_SERVICES_H

#include "tlsstack/tls.h"

/* Which authority vouches for whom.  One per role: no role's certificate serves another. */
enum service_role { SERVICE_NOBODY, SERVICE_WEB, SERVICE_SERVER, SERVICE_PEER, SERVICE_NUM_ROLES };

enum service_begin {
	SERVICE_WAITS,		/* for the peer's first byte */
	SERVICE_SPEAKS,		/* is the TLS client on the connection that it accepted */
	SERVICE_CALLS_BACK	/* closes, connects to the peer's SERVICE_BACK_PORT, is the TLS client there */
};

#define SERVICE_BACK_PORT	40001

enum service_gift { SERVICE_PAGES, SERVICE_PRIZE };

struct service {
	uint16_t port;
	enum service_begin begins;
	enum service_gift gives;
	const struct tls_protocol *const *protocols;	/* NULL: plain TCP */
	size_t num_protocols;
	enum service_role we_prove;			/* whose certificate we show */
	enum service_role peer_proves;			/* whose certificate the peer must show */
};

enum { SERVICE_NUM = 5 };
extern const struct service SERVICES[SERVICE_NUM];

/* What every TLS service offers and accepts, in order of preference. */
enum { SERVICE_NUM_SUITES = 2, SERVICE_NUM_GROUPS = 2, SERVICE_NUM_SCHEMES = 1 };
extern const struct tls_suite *const SERVICE_SUITES[SERVICE_NUM_SUITES];
extern const struct tls_group *const SERVICE_GROUPS[SERVICE_NUM_GROUPS];
extern const struct tls_scheme *const SERVICE_SCHEMES[SERVICE_NUM_SCHEMES];

/* The row of `port`.  Panics if there is none: nothing listens elsewhere. */
const struct service *services_find(uint16_t port);

#endif
