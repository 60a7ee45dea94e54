/*
 * world.h: everything outside the guest, played by a test: Xen's answers to hypercalls, the grant table, a xenstore daemon
 * with a table of values, a network backend.  Each of them can be made to lie.  What platform/x86 owes platform/xen (clock,
 * sleep, copies to CPL3) is here, too.
 */
#ifndef TESTS_XEN_WORLD_H
#define TESTS_XEN_WORLD_H

#include "platform/base/span.h"
#include "platform/xen/abi.h"
#include "platform/xen/limits.h"

enum { WORLD_STORE_PORT = 1, WORLD_CONSOLE_PORT = 2, WORLD_FIRST_PORT = 3, WORLD_PORTS = 64, WORLD_VALUES = 64 };

struct world_value { char path[XEN_STORE_VALUE], text[XEN_STORE_VALUE]; };

struct world {
	uint64_t now_ns;		/* each look at the clock takes 1 us, each sleep as long as asked for */
	grant_entry_v1_t grants[512];
	struct shared_info info;
	struct xencons_interface console;
	struct xenstore_domain_interface store;
	unsigned sends[WORLD_PORTS], sleeps, closes, shutdowns;
	uint32_t next_port;
	bool no_ports;
	void (*on_sleep)(void);		/* while the guest sleeps or yields */

	/* the daemon */
	bool silent;			/* answers nothing */
	struct world_value values[WORLD_VALUES];
	struct xsd_sockmsg last;	/* the request that was answered last */
	char last_path[XEN_STORE_VALUE];
	unsigned requests;
	void (*on_reply)(struct xsd_sockmsg *header, uint8_t *body);	/* may change both */
	void (*before_reply)(const struct xsd_sockmsg *request);
	bool grant_seen_at_copy;	/* a frame was read while its page was still granted */
};

extern struct world world;

/* Begin anew: no grants, an empty store, nobody lies. */
void world_reset(void);

/* The page that a grant reference gives, as the other side sees it; NULL when it gives none. */
uint8_t *world_page(uint32_t ref);

/* The store's values; a missing one is "". */
void world_set(const char *path, const char *text);
const char *world_get(const char *path);

/* Let the daemon work: answer what was asked, move bytes. */
void world_daemon(void);

/* Put bytes into the stream to the guest as they are; or one message. */
void world_raw(struct span bytes);
void world_message(uint32_t type, uint32_t id, struct span body);
void world_event(const char *path, const char *token);

/* ---- the network's backend, over the rings with these references ---- */
void world_backend(uint32_t rx_ref, uint32_t tx_ref);
volatile struct netif_rx_sring *world_rx(void);
volatile struct netif_tx_sring *world_tx(void);

/* The next request that the guest has shown; false when there is none. */
bool world_next_rx(struct netif_rx_request *request);
bool world_next_tx(struct netif_tx_request *request);

/* Answers, as they are. */
void world_answer_rx(uint16_t id, uint16_t offset, uint16_t flags, int16_t status);
void world_answer_tx(uint16_t id, int16_t status);

/* An honest frame to the guest: `len` bytes of `value`.  False when the guest has given no page. */
bool world_frame(uint8_t value, size_t len);

#endif
