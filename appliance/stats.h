/* stats.h: counters since boot.  Numbers only: no counter can hold a byte of a secret. */
#ifndef APPLIANCE_STATS_H
#define APPLIANCE_STATS_H

#include "appliance/services.h"

enum stats_outcome {
	STATS_ACCEPTED,		/* every connection that came, once; the others say how it went on */
	STATS_CALLED,		/* every connection that we opened, once */
	STATS_PAGE,		/* a response was sent, one of perhaps several */
	STATS_ESTABLISHED,	/* a TLS handshake was completed */
	STATS_PRIZE,		/* the prize was sent */
	STATS_TLS_FAILED,	/* see stats_failures for why */
	STATS_TIMED_OUT,
	STATS_EVICTED,		/* made room for another */
	STATS_REFUSED,		/* found no room */
	STATS_GONE,		/* the peer reset or vanished */
	STATS_NUM
};

void stats_count(const struct service *service, enum stats_outcome outcome);
void stats_count_failure(uint8_t tls_code);

uint64_t stats_outcomes(const struct service *service, enum stats_outcome outcome);
uint64_t stats_failures(uint8_t tls_code);

#endif
