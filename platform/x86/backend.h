/*
 * backend.h: the seam between platform/x86 (rooms, page tables, traps, gate, entropy, boot module,
 * crash report) and the hypervisor below it.  platform/virtio and platform/xen each implement all
 * of it; the Makefile links one of the two.  CPL0 only, interrupts off but in backend_wait.
 * The other side of every function is hostile.
 *
 * Both use tsc.h for the clock and lapic.h for timer and watchdog.  A device interrupt (Xen: the
 * upcall of HVMOP_set_evtchn_upcall_vector) has VECTOR_DEVICE: gate.S acknowledges it at the LAPIC
 * and returns to the HLT of lapic_sleep(); it is never taken in CPL3 (vectors.h).
 */
#ifndef X86_BACKEND_H
#define X86_BACKEND_H

#include "platform/base/span.h"
#include "platform/platform.h"

#define BACKEND_ENTROPY_LEN	64

/* First of all at the final base, under the boot map: make backend_write() work.  Faults are already reported. */
void backend_console(void);

/* Best effort, bounded time, may lose bytes; works in a crash, on any stack. */
void backend_write(struct span text);

/*
 * After the boot map is gone: clock, devices.  `cmdline` is the loader's.  It maps what it needs with
 * pagetable_map_device and pagetable_map_shared, and calls lapic_start and tsc_start.  May halt.
 */
void backend_start(struct span cmdline);

/* Bytes from the hypervisor's generator, if it has one; how many.  Bounded time. */
size_t backend_entropy(uint8_t bytes[BACKEND_ENTROPY_LEN]);

/* Nanoseconds since boot; never decreases. */
uint64_t backend_clock_ns(void);

/* Seconds since 1970 at this moment, or 0 when the machine does not know.  Asked once, at boot. */
uint64_t backend_wall_s(void);

/* End a turn: ring doorbells, sleep until a frame may be ready or the deadline is over, then lapic_watch(). */
void backend_wait(uint64_t deadline_ns);

/* As in platform.h.  Frames are in CPL3, checked by the caller: copy with user_write and user_read. */
size_t backend_net_recv(uint8_t *app_frame);
void backend_net_send(const uint8_t *app_frame, size_t frame_len);
void backend_net_mac(uint8_t mac[PLAT_MAC_LEN]);

/* Stop the devices; zero every copy of a frame. */
void backend_scrub(void);

/* Tell the host why, as well as it can be told (exit code; shutdown reason), and stop.  Nothing secret is left when this is called. */
_Noreturn void backend_halt(enum plat_exit why);

#endif
