/* pool.c: three static pools.  See pool.h. */
#include "appliance/pool.h"

#include "appliance/limits.h"
#include "platform/base/panic.h"

static struct {
	bool state_taken[POOL_STATES], buffer_taken[POOL_BUFFERS], page_taken[POOL_PAGES];
	union tls_conn_store states[POOL_STATES];
	_Alignas(8) uint8_t buffers[POOL_BUFFERS][TLS_BUFFER_SIZE];
	uint8_t pages[POOL_PAGES][PAGE_MAX];
} pool;

/* The first that is free, now taken; or `num`. */
static size_t
take(bool *taken, size_t num)
{
	for (size_t i = 0; i < num; i++) {
		if (taken[i])
			continue;
		taken[i] = true;
		return i;
	}
	return num;
}

static void
give_back(bool *taken, size_t i)
{
	REQUIRE(taken[i]);
	taken[i] = false;
}

static size_t
count(const bool *taken, size_t num)
{
	size_t sum = 0;

	for (size_t i = 0; i < num; i++)
		sum += taken[i];
	return sum;
}

union tls_conn_store *
pool_take_state(void)
{
	size_t i = take(pool.state_taken, POOL_STATES);

	return i < POOL_STATES ? &pool.states[i] : NULL;
}

void
pool_return_state(union tls_conn_store *state)
{
	REQUIRE(state >= pool.states && state < pool.states + POOL_STATES);
	give_back(pool.state_taken, (size_t)(state - pool.states));
}

uint8_t *
pool_take_buffer(void)
{
	size_t i = take(pool.buffer_taken, POOL_BUFFERS);

	return i < POOL_BUFFERS ? pool.buffers[i] : NULL;
}

void
pool_return_buffer(uint8_t *buffer)
{
	for (size_t i = 0; i < POOL_BUFFERS; i++) {
		if (buffer != pool.buffers[i])
			continue;
		give_back(pool.buffer_taken, i);
		return;
	}
	PANIC();
}

uint8_t *
pool_take_page(void)
{
	size_t i = take(pool.page_taken, POOL_PAGES);

	return i < POOL_PAGES ? pool.pages[i] : NULL;
}

void
pool_return_page(uint8_t *page)
{
	for (size_t i = 0; i < POOL_PAGES; i++) {
		if (page != pool.pages[i])
			continue;
		give_back(pool.page_taken, i);
		return;
	}
	PANIC();
}

size_t
pool_num_states(void) { return count(pool.state_taken, POOL_STATES); }

size_t
pool_num_buffers(void) { return count(pool.buffer_taken, POOL_BUFFERS); }

size_t
pool_num_pages(void) { return count(pool.page_taken, POOL_PAGES); }
