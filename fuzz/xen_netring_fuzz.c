/*
 * xen_netring_fuzz.c: the network's rings against a backend that the input plays.  Each step is one byte of order and what
 * it needs; whatever the backend does, frames stay within bounds, are read only after the access has ended, a sent page
 * holds its own frame and zeros, and nothing panics.
 */
#include <stdlib.h>
#include <string.h>

#include "platform/platform.h"
#include "platform/xen/grant.h"
#include "platform/xen/netring.h"
#include "tests/platform/xen/world.h"

enum { STEPS_MAX = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static uint32_t
take(struct cursor *in, size_t width)
{
	uint32_t value = 0;

	return cursor_uint(in, &value, width) ? value : 0;
}

static void
open_again(void)
{
	struct netring_refs refs;

	if (netring_open(&refs, 0))
		world_backend(refs.rx, refs.tx);
}

/* Each page that the backend may read holds one frame and zeros: frames here are of one byte's value, and never of zeros. */
static void
judge_sent(void)
{
	for (uint32_t ref = XEN_GRANT_TX; ref < XEN_GRANT_END; ref++) {
		const uint8_t *page = world_page(ref);
		size_t at = 0;

		while (page != NULL && at < XEN_PAGE && page[at] != 0)
			if (page[at++] != page[0])
				abort();
		for (; page != NULL && at < XEN_PAGE; at++)
			if (page[at] != 0)
				abort();
	}
}

static void
send(struct cursor *in)
{
	static uint8_t frame[PLAT_FRAME_MAX];

	memset(frame, (int)take(in, 1) | 1, sizeof frame);
	netring_send(frame, 14 + take(in, 2) % (PLAT_FRAME_MAX - 13));
	judge_sent();
}

static void
receive(void)
{
	uint8_t *frame = malloc(PLAT_FRAME_MAX);

	if (frame == NULL || netring_recv(frame) > PLAT_FRAME_MAX || world.grant_seen_at_copy)
		abort();
	free(frame);
}

/* Xen sets and clears these two bits of a given grant while the backend holds the page. */
static void
hold(uint32_t ref, uint16_t bits)
{
	if (world_page(ref) == NULL)
		return;
	world.grants[ref].flags &= (uint16_t)~(GTF_reading | GTF_writing);
	world.grants[ref].flags |= bits & (GTF_reading | GTF_writing);
}

static void
step(struct cursor *in)
{
	switch (take(in, 1) % 10) {
	case 0: send(in); break;
	case 1: receive(); break;
	case 2: (void)netring_push(); break;
	case 3: (void)netring_ready(); break;
	case 4: world_answer_rx((uint16_t)take(in, 2), (uint16_t)take(in, 2), (uint16_t)take(in, 2), (int16_t)take(in, 2)); break;
	case 5: world_answer_tx((uint16_t)take(in, 2), (int16_t)take(in, 2)); break;
	case 6: hold(take(in, 1), (uint16_t)take(in, 1)); break;
	case 7: ((volatile uint32_t *)(take(in, 1) & 1 ? (volatile void *)world_rx() : world_tx()))[take(in, 1) % 16] = take(in, 4); break;
	case 8: open_again(); break;
	case 9: (void)world_frame((uint8_t)take(in, 1), take(in, 2) % PLAT_FRAME_MAX); break;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct cursor in = cursor_of((struct span){ data, len });

	world_reset();
	open_again();
	(void)netring_push();
	for (unsigned i = 0; i < STEPS_MAX && !cursor_done(&in); i++)
		step(&in);
	for (uint32_t ref = XEN_GRANT_FIRST; ref < XEN_GRANT_END; ref++)
		world.grants[ref].flags &= (uint16_t)~(GTF_reading | GTF_writing);
	netring_close();
	if (grant_given() != 0)
		abort();
	return 0;
}
