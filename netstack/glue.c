/*
 * glue.c: what lwIP needs from outside, and no more.  Not here: what frames mean (inbound.c),
 * connections (conn.c).
 *
 * One packet at a time lives in `packet`, at its end: a read past it would leave the array,
 * where the sanitizer sees it.  lwIP never keeps it: out-of-order data is dropped and conn.c
 * copies the rest.
 */
#include "netstack/glue.h"

#include <lwip/init.h>
#include <lwip/ip4.h>
#include <lwip/netif.h>
#include <lwip/pbuf.h>

#include "netstack/hooks.h"
#include "netstack/limits.h"
#include "netstack/neighbour.h"
#include "netstack/wire.h"
#include "platform/base/bytes.h"
#include "platform/base/panic.h"

#define MTU	1500

static struct {
	uint64_t now_ns;
	uint8_t random_key[SIPHASH_KEY_LEN];
	uint64_t num_random;
	struct netif netif;
	struct net_stats stats;
	struct pbuf_custom loan;
	bool lent;
	bool wants_output;
	bool replaying, replayed;
	uint32_t cookie;
	uint8_t packet[MTU];
} glue;

uint64_t
glue_now(void) { return glue.now_ns; }

void
glue_set_now(uint64_t now_ns)
{
	if (now_ns > glue.now_ns)
		glue.now_ns = now_ns;
}

struct net_stats *
glue_stats(void) { return &glue.stats; }

/* SipHash of a counter: nothing stronger is needed, keys are not made here. */
uint32_t
glue_random(void)
{
	uint8_t bytes[8];
	struct outbuf in = outbuf_of(bytes, sizeof bytes);

	outbuf_uint(&in, glue.num_random++, 8);
	return (uint32_t)siphash(glue.random_key, outbuf_span(&in));
}

void
glue_timer_needed(void) { }

u32_t
glue_isn(const ip_addr_t *local_ip, u16_t local_port, const ip_addr_t *peer_ip, u16_t peer_port)
{
	struct syncookie_flow flow = { lwip_ntohl(local_ip->addr), lwip_ntohl(peer_ip->addr), local_port, peer_port };

	return glue.replaying ? glue.cookie : syncookie_isn(&flow, glue.now_ns);
}

bool
glue_wants_output(void)
{
	bool wants = glue.wants_output;

	glue.wants_output = false;
	return wants;
}

void
glue_request_output(void) { glue.wants_output = true; }

/* lwIP's way out.  An error makes it keep the segment; net_output has it try again. */
static err_t
send_packet(struct netif *netif, struct pbuf *p, const ip4_addr_t *to)
{
	const uint8_t *packet = p->payload, *mac;
	uint32_t to_ip = lwip_ntohl(to->addr);

	(void)netif;
	REQUIRE(p->next == NULL && p->len > FRAME_IP_LEN);
	if (glue.replaying) {
		glue.replayed = true;
		return ERR_OK;
	}
	mac = wire_full() ? NULL : neighbour_find(to_ip, glue.now_ns);
	if (mac == NULL) {
		glue.wants_output = true;
		return ERR_MEM;
	}
	wire_ipv4(mac, to_ip, FRAME_PROTO_TCP, (struct span){ packet + FRAME_IP_LEN, (size_t)p->len - FRAME_IP_LEN });
	return ERR_OK;
}

static err_t
init_netif(struct netif *netif)
{
	netif->output = send_packet;
	netif->mtu = MTU;
	netif->name[0] = 'p';
	netif->name[1] = 'n';
	return ERR_OK;
}

static void
give_back(struct pbuf *p)
{
	(void)p;
	glue.lent = false;
}

/* Options become "no operation"; a segment size goes first (RFC 9293, 3.2). */
static void
overwrite_options(uint8_t *packet, size_t packet_len, uint16_t mss)
{
	size_t header_len = (size_t)(packet[FRAME_IP_LEN + 12] >> 4) * 4;
	uint8_t *options = packet + FRAME_IP_LEN + FRAME_TCP_LEN;
	struct outbuf out;

	REQUIRE(header_len >= FRAME_TCP_LEN && FRAME_IP_LEN + header_len <= packet_len);
	out = outbuf_of(options, header_len - FRAME_TCP_LEN);
	bytes_set(options, 1, out.cap);
	if (mss == 0)
		return;
	outbuf_uint(&out, 2 << 8 | 4, 2);
	outbuf_uint(&out, mss, 2);
	REQUIRE(!out.overflow);
}

void
glue_feed(struct span packet, uint16_t mss)
{
	uint8_t *at = glue.packet + (sizeof glue.packet - packet.len);
	struct pbuf *p;

	REQUIRE(packet.len >= FRAME_IP_LEN + FRAME_TCP_LEN && packet.len <= sizeof glue.packet);
	bytes_copy(at, packet.ptr, packet.len);
	overwrite_options(at, packet.len, mss);
	p = pbuf_alloced_custom(PBUF_RAW, (u16_t)packet.len, PBUF_REF, &glue.loan, at, (u16_t)packet.len);
	REQUIRE(p != NULL && !glue.lent);
	glue.lent = true;
	(void)ip4_input(p, &glue.netif);	/* always ERR_OK */
	REQUIRE(!glue.lent);
}

bool
glue_replay_syn(struct span packet, uint16_t mss, uint32_t cookie)
{
	glue.replaying = true;
	glue.replayed = false;
	glue.cookie = cookie;
	glue_feed(packet, mss);
	glue.replaying = false;
	return glue.replayed;
}

void
glue_init(const struct net_config *config, uint64_t now_ns)
{
	ip4_addr_t ip = { lwip_htonl(config->ip) }, mask = { lwip_htonl(config->mask) };
	ip4_addr_t gateway = { lwip_htonl(config->gateway) };

	glue.now_ns = now_ns;
	bytes_copy(glue.random_key, config->seed, SIPHASH_KEY_LEN);
	syncookie_init(config->seed + SIPHASH_KEY_LEN);
	glue.loan.custom_free_function = give_back;
	lwip_init();
	REQUIRE(netif_add(&glue.netif, &ip, &mask, &gateway, NULL, init_netif, ip4_input) != NULL);
	netif_set_default(&glue.netif);
	netif_set_up(&glue.netif);
	netif_set_link_up(&glue.netif);
}
