/*
 * netfront.h: the network card's connection: finds the backend in xenstore, connects, and connects again
 * when the backend went away and came back.  The frames themselves: netring.h.
 */
#ifndef XEN_NETFRONT_H
#define XEN_NETFRONT_H

#include "platform/base/span.h"
#include "platform/platform.h"

/* Watch for the card and try to connect; waits at most XEN_BACKEND_NS.  False: there is no card (yet). */
MUST_CHECK bool netfront_start(unsigned token);

/* Something changed in xenstore, or the rings failed: take the next steps. */
void netfront_service(void);

/* End of a turn: show the backend what is new; true when a frame may be there. */
bool netfront_turn(void);

size_t netfront_recv(uint8_t *app_frame);
void netfront_send(const uint8_t *app_frame, size_t frame_len);
void netfront_mac(uint8_t mac[PLAT_MAC_LEN]);
bool netfront_connected(void);

#endif
