/*
 * glue.h: lwIP's surroundings: the clock, chance, its network interface, and the one packet at a
 * time that it may look at.  Internal to netstack.
 */
#ifndef NET_GLUE_H
#define NET_GLUE_H

#include "netstack/net.h"
#include "netstack/syncookie.h"

void glue_init(const struct net_config *config, uint64_t now_ns);

uint64_t glue_now(void);
void glue_set_now(uint64_t now_ns);	/* never goes back */
uint32_t glue_random(void);		/* nobody outside can predict it */
struct net_stats *glue_stats(void);

/*
 * Give lwIP one TCP packet that frame_parse accepted (or that we made).  Its options are
 * overwritten: lwIP sees none, or the one segment size `mss`, so its option parser reads only
 * our bytes.  The packet is copied; nothing of it stays lent when this returns.
 */
void glue_feed(struct span packet, uint16_t mss);

/*
 * Give lwIP the SYN that `cookie` stands for: the connection begins with that sequence number
 * and lwIP's own SYN-ACK is not sent, for the peer has ours already.  False when lwIP had no
 * memory for it.
 */
MUST_CHECK bool glue_replay_syn(struct span packet, uint16_t mss, uint32_t cookie);

/* True once after lwIP could not send (or was given something to send): call tcp_output. */
bool glue_wants_output(void);
void glue_request_output(void);

#endif
