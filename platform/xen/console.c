/* console.c: see console.h.  Follows Xen's public/io/console.h. */
#include "platform/xen/console.h"

#include "platform/x86/cpu.h"
#include "platform/xen/evtchn.h"
#include "platform/xen/hypercall.h"
#include "platform/xen/limits.h"

enum { ROOM = sizeof((struct xencons_interface *)0)->out };

_Static_assert((ROOM & (ROOM - 1)) == 0, "indices run free and are masked");

static volatile struct xencons_interface *shared;
static uint32_t own_port, produced;	/* our index is here; the shared one is only written */

void
console_start(volatile struct xencons_interface *ring, uint32_t port)
{
	shared = ring;
	own_port = port;
	produced = ring->out_prod;	/* the toolstack leaves it at 0; any start will do */
}

/* The reader's index is looked at once a byte; when it makes no sense the ring counts as full. */
static bool
put(uint8_t byte)
{
	if (produced - shared->out_cons >= ROOM)
		return false;
	shared->out[produced % ROOM] = (char)byte;
	produced++;
	return true;
}

void
console_write(struct span text)
{
	bool fits = true;

	if (shared == NULL)
		return;
	for (size_t i = 0; i < text.len && fits; i++)
	LOOP_ASSIGNS(i, fits, produced)
	LOOP_INVARIANT(i <= text.len)
	LOOP_DECREASES(text.len - i)
	{
		if (text.ptr[i] == '\n')
			fits = put('\r');
		fits = fits && put(text.ptr[i]);
	}
	cpu_barrier();
	shared->out_prod = produced;
	evtchn_send(own_port);
}

void
console_drain(void)
{
	uint64_t start = cpu_tsc();

	if (shared == NULL)
		return;
	while (shared->out_cons != produced && cpu_tsc() - start < XEN_DRAIN_TICKS)
		(void)hypercall(HYPERCALL_YIELD, NULL);
}
