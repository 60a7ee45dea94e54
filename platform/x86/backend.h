/*
 * backend.h: the seam between platform/x86 (rooms, page tables, traps, gate, entropy, boot
 * module, crash report) and the machine below it.  platform/virtio and platform/xen each
 * implement all of it; the Makefile links one of the two.  CPL0 only, IF clear, except that
 * backend_wait lets interrupts in.  Nothing here is reached by CPL3 but through gate.S.
 *
 * Proposed by the engineer of platform/xen; platform/x86's owner may change it, and the change
 * is followed.
 */
#ifndef X86_BACKEND_H
#define X86_BACKEND_H

#include "platform/base/span.h"
#include "platform/platform.h"

/*
 * First thing at the final base, the boot map still in place, traps not yet: find the console, so that
 * everything after this can be reported.  (Serial: nothing to do.  Xen: hypercalls, console ring.)
 */
void backend_console(void);

/* Best effort, bounded time, may lose bytes; works from a trap handler on any stack. */
void backend_write(const char *text, size_t text_len);

/*
 * After pagetable_seal() and traps: devices, clock, timer, network card.  `cmdline` is the loader's.
 * It maps what it needs with pagetable_map_device and pagetable_map_shared.
 */
void backend_start(struct span cmdline);

/* One more entropy source, if the machine has one (virtio-rng; Xen: none): bytes written, 0..64. */
size_t backend_entropy(uint8_t bytes[64]);

uint64_t backend_clock_ns(void);	/* since boot, never decreases */
uint64_t backend_wall_s(void);		/* UTC seconds since 1970 */

/*
 * What platform.h says of plat_wait.  Also starts a new turn: every return from here promises that a
 * turn that does not come back within X86_TURN_NS is told to the monitor by backend_interrupt.
 */
#define X86_TURN_NS	UINT64_C(5000000000)
void backend_wait(uint64_t deadline_ns);

/*
 * The one device vector's handler, from CPL3 or from the HLT of backend_wait: called by the entry in gate.S
 * with IF clear and the general registers saved.  It acknowledges, quickly.  True: the turn is over
 * its time; when CPL3 was interrupted the caller ends in the crash report (PLAT_EXIT_STUCK).
 */
#define X86_VECTOR	0x40
bool backend_interrupt(void);

/* The network card.  `frame` is monitor memory: gate.c copies to and from CPL3. */
size_t backend_net_recv(uint8_t frame[PLAT_FRAME_MAX]);
void backend_net_send(const uint8_t *frame, size_t frame_len);
void backend_net_mac(uint8_t mac[PLAT_MAC_LEN]);

/* Tell the host why we stop, as well as it can be told (exit code; shutdown reason), and stop. */
_Noreturn void backend_halt(enum plat_exit why);

#endif
