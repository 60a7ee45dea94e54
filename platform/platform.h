/*
 * platform.h: everything this program asks of the machine.  Nine functions.
 *
 * Implemented three times: xen/, virtio/, hosted/.  In the image these are the system calls:
 * the only way from CPL3 (everything that sees a byte from the network) to CPL0 (the monitor).
 * Single CPU,
 * no preemption, and no callbacks: the platform never calls the appliance after plat_main().
 * No function here returns an error.  Each either succeeds, drops (and says so
 * below), or halts the machine.
 */
#ifndef PLATFORM_H
#define PLATFORM_H

#include "platform/base/span.h"

#define PLAT_MAC_LEN	6
#define PLAT_FRAME_MAX	1514	/* bytes; Ethernet header included, FCS not */
#define PLAT_SEED_LEN	48

enum plat_exit {
	PLAT_EXIT_OK = 0,
	PLAT_EXIT_BUG = 1,
	PLAT_EXIT_NO_ENTROPY = 2,
	PLAT_EXIT_BAD_BOOT = 3,		/* boot module refused; said on the console */
	PLAT_EXIT_STUCK = 4		/* one turn of the loop took over 5 s */
};

/*
 * What the machine was started with.  Both views are bytes as the loader gave
 * them: hostile.  The platform has hashed the module into its entropy pool and
 * wiped every other copy; the appliance parses it, keeps what it needs and wipes
 * this one.  image_hash is SHA-256 over the loaded image before it relocated
 * itself; `make hash` prints the same from the file.
 */
struct plat_boot {
	struct span cmdline;
	struct span module;
	uint8_t image_hash[32];
};

/* Implemented by appliance/main.c; called once, on a guarded stack. */
_Noreturn void plat_main(const struct plat_boot *boot);

/* Nanoseconds since boot.  Never decreases. */
uint64_t plat_clock_ns(void);

/* UTC seconds since 1970-01-01.  Trusted only for certificate validity. */
uint64_t plat_wall_s(void);

/* Fill `seed` from the generator.  The platform halts at boot, before plat_main,
 * with PLAT_EXIT_NO_ENTROPY; later calls always succeed. */
void plat_seed(uint8_t seed[PLAT_SEED_LEN]);

/* Sleep until a frame may be ready or `deadline_ns` has passed.  May wake early. */
void plat_wait(uint64_t deadline_ns);

/* Copy the next frame to `frame`; return its length, or 0 when there is none. */
size_t plat_net_recv(uint8_t frame[PLAT_FRAME_MAX]);

/* Queue one frame of 14..PLAT_FRAME_MAX bytes.  Dropped if the ring is full. */
void plat_net_send(const uint8_t *frame, size_t frame_len);

void plat_net_mac(uint8_t mac[PLAT_MAC_LEN]);

/* Best effort, may lose bytes.  Never called with a secret. */
void plat_log(const char *text, size_t text_len);

_Noreturn void plat_halt(enum plat_exit why);

#endif
