/* health.c: see health.h.  SP 800-90B, 4.4.1 (repetition count), 4.4.2 (adaptive proportion). */
#include "platform/x86/health.h"

void
health_sample(struct health *health, uint64_t sample)
{
	health->repeats = health->repeats > 0 && sample == health->last ? health->repeats + 1 : 1;
	health->last = sample;
	if (health->repeats >= HEALTH_REPEATS_MAX)
		health->failed = true;

	if (health->seen == 0) {
		health->first = sample;
		health->equal = 0;
	}
	if (sample == health->first)
		health->equal++;
	if (health->equal >= HEALTH_PROPORTION_MAX)
		health->failed = true;
	health->seen = (health->seen + 1) % HEALTH_WINDOW;
}
