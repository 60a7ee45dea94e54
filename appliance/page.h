/* page.h: the public pages.  Everything in them is ours: of what a peer sent, /handshake shows numbers, and nothing else. */
#ifndef APPLIANCE_PAGE_H
#define APPLIANCE_PAGE_H

#include "appliance/boot.h"
#include "appliance/http.h"
#include "appliance/page_handshake.h"

/* What does not change while the machine runs. */
struct page_facts {
	char address[WALLET_ADDRESS_MAX];
	enum wallet_chain chain;
	const char *mode;
	bool practice;			/* the coins are worth nothing */
	struct boot_qr qr;
	char contact[BOOT_CONTACT_MAX + 1];
	uint8_t image_hash[32];
	uint64_t boot_s;
};

/* Take note of the facts; the wallet has its key. */
void page_init(const struct boot *boot, const uint8_t image_hash[32], uint64_t boot_s);

/* The whole response, written to `room`; the view is into it.  `visit`: over TLS, or NULL. */
struct span page_answer(uint8_t room[PAGE_MAX], const struct http_request *request, const struct page_visit *visit,
    uint64_t now_ns);

/* "live", "practice", or "practice, open to an outside authority". */
const char *page_mode(const struct boot *boot);

#endif
