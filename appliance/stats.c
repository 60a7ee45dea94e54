/* stats.c: counters since boot.  See stats.h. */
#include "appliance/stats.h"

static struct {
	uint64_t outcomes[SERVICE_NUM][STATS_NUM];
	uint64_t failures[UINT8_MAX + 1];
} stats;

static uint64_t *
counter(const struct service *service, enum stats_outcome outcome)
{
	return &stats.outcomes[service - SERVICES][outcome];
}

void
stats_count(const struct service *service, enum stats_outcome outcome) { ++*counter(service, outcome); }

void
stats_count_failure(uint8_t tls_code) { stats.failures[tls_code]++; }

uint64_t
stats_outcomes(const struct service *service, enum stats_outcome outcome) { return *counter(service, outcome); }

uint64_t
stats_failures(uint8_t tls_code) { return stats.failures[tls_code]; }
