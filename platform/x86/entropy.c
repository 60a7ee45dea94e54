/*
 * entropy.c: see entropy.h.  What each source is credited with, and why:
 *
 *   source      asked for               credited  because
 *   RDSEED      8 words of 64 bits      256       a conditioned noise source; half is doubted
 *   RDRAND      8 words of 64 bits      128       a generator behind the same; must not suffice alone
 *   hypervisor  64 bytes (virtio-rng)   256       it could read our memory anyhow: if it is bad, all is lost
 *   jitter      4096 timed hash steps   128       1/32 bit each where the health tests claim 1/2
 *   module      its SHA-256             0         a restart replays it
 *
 * A source that is missing, gives up or fails its test is credited nothing; what it gave is
 * hashed all the same, because that can not harm.  The order and the lengths are fixed.
 */
#include "platform/x86/entropy.h"

#include "platform/base/bytes.h"
#include "platform/base/sha256.h"
#include "platform/x86/cpu.h"
#include "platform/x86/generator.h"
#include "platform/x86/health.h"
#include "platform/x86/backend.h"

enum { WORDS = 8, TRIES = 128, JITTER_SAMPLES = 4096 };
enum { CREDIT_RDSEED = 256, CREDIT_RDRAND = 128, CREDIT_HYPERVISOR = 256, CREDIT_JITTER = 128 };

typedef bool word_source(uint64_t *word);

static bool
rdseed(uint64_t *word)
{
	bool good;

	__asm__ volatile("rdseed %0; setc %1" : "=r"(*word), "=q"(good) : : "cc");
	return good;
}

static bool
rdrand(uint64_t *word)
{
	bool good;

	__asm__ volatile("rdrand %0; setc %1" : "=r"(*word), "=q"(good) : : "cc");
	return good;
}

/* Intel SDM volume 1, 7.3.17: retry a few times.  Equal neighbours are the known way to break. */
static unsigned
from_cpu(struct sha256 *pool, word_source *source, bool present, unsigned credit)
{
	uint64_t words[WORDS] = { 0 };
	bool good = present;

	for (unsigned i = 0; i < WORDS && good; i++) {
		good = source(&words[i]);
		for (unsigned try = 0; try < TRIES && !good; try++)
			good = source(&words[i]);
		if (i > 0 && words[i] == words[i - 1])
			good = false;
	}
	sha256_update(pool, (struct span){ (const uint8_t *)words, sizeof words });
	wipe(words, sizeof words);
	return good ? credit : 0;
}

static unsigned
from_hypervisor(struct sha256 *pool)
{
	uint8_t bytes[BACKEND_ENTROPY_LEN] = { 0 };
	size_t len = backend_entropy(bytes);
	bool all_equal = true;

	for (size_t i = 1; i < len; i++)
		all_equal = all_equal && bytes[i] == bytes[0];
	sha256_update(pool, SPAN_ARRAY(bytes));
	wipe(bytes, sizeof bytes);
	return len == sizeof bytes && !all_equal ? CREDIT_HYPERVISOR : 0;
}

/* How long one small hash takes, over and over: caches, interrupts of the host, its other guests. */
static unsigned
from_jitter(struct sha256 *pool)
{
	struct health health = { 0 };
	uint64_t before = cpu_tsc(), now, step;

	for (unsigned i = 0; i < JITTER_SAMPLES; i++) {
		sha256_update(pool, (struct span){ (const uint8_t *)&before, sizeof before });
		now = cpu_tsc();
		step = now - before;
		health_sample(&health, step);
		before = now;
	}
	return health.failed ? 0 : CREDIT_JITTER;
}

unsigned
entropy_start(struct span module)
{
	struct sha256 pool;
	uint8_t key[SHA256_LEN];
	unsigned bits = 0;
	bool has_rdseed = cpu_id(0, 0).a >= 7 && (cpu_id(7, 0).b >> 18 & 1);
	bool has_rdrand = cpu_id(1, 0).c >> 30 & 1;

	sha256_init(&pool);
	bits += from_cpu(&pool, rdseed, has_rdseed, CREDIT_RDSEED);
	bits += from_cpu(&pool, rdrand, has_rdrand, CREDIT_RDRAND);
	bits += from_hypervisor(&pool);
	bits += from_jitter(&pool);
	sha256_update(&pool, module);
	sha256_out(&pool, key);
	if (bits >= ENTROPY_NEEDED)
		generator_start(key);
	wipe(key, sizeof key);
	wipe(&pool, sizeof pool);
	return bits;
}
