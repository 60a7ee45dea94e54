/*
 * syn_flood_test.c: the doorbell that nobody rings.
 *
 * Phrack 48 (1996); Panix, an Internet provider, was silent for a week (CERT CA-1996-21).  Each SYN made
 * the server remember a half-open connection; with forged senders nobody ever completes or resets them,
 * and a few packets a second fill any table.  Stock lwIP: 255 SYNs, then deaf for 21 s.
 *
 * Performed: sixty thousand SYNs from as many addresses, a client in between.  What must happen: nothing
 * is remembered (SYN cookies, Bernstein and Schenk 1996), the client is served, and cookies that were
 * not sent to a sender open nothing for him.
 */
#include "tests/netstack/peer.h"

#include <lwip/memp.h>
#include <lwip/stats.h>

static struct peer client;

static struct segment
forged_syn(uint32_t number)
{
	return (struct segment){ .from_ip = 0x0b000000u + number * 7919u % 0xffffffu, .to_ip = OUR_IP,
	    .from_port = (uint16_t)(1 + number % 65535), .to_port = 80, .seq = number * 2654435761u, .flags = SYN, .window = 512 };
}

static void
flood(void)
{
	uint16_t port = 20000;

	start_stack();
	for (uint32_t i = 0; i < 60000; i++) {
		struct segment segment = forged_syn(i);

		peer_send_segment(&segment);
		drain();
		segment.flags = ACK;			/* he did not hear the answer, so he guesses it */
		segment.seq++;
		segment.ack = i * 40503u;
		if (i % 16 == 0)
			peer_send_segment(&segment);
		drain();
		CHECK(memp_pools[MEMP_TCP_PCB]->stats->used == 0);
		if (i % 10000 == 0)
			net_abort(peer_open(&client, FAR_IP, port++, 80));
	}
	CHECK(net_stats()->accepted == 6 && net_stats()->syn_cookies_sent == 60006);
}

static void a_flood_of_syns_costs_nothing(void **state) { (void)state; run_alone(flood); }

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(a_flood_of_syns_costs_nothing) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
