/*
 * sockstress_test.c: ask, and never listen.
 *
 * Outpost24, "Sockstress" (2008, CVE-2008-4609), after Shalunov's netkill (2000): real handshakes, a
 * request, and a window of zero.  The server holds the answer for ever; the attacker, who answers with
 * raw packets, holds nothing.  A few thousand such connections exhausted any system of the time.
 *
 * Performed: all connections but one by such clients, each holding its answer back, some with crumbs of
 * window; the server closes.  What must happen: the last place serves an honest client at every moment,
 * and after NET_LINGER_NS nothing of the others is left, whatever they acknowledge.
 */
#include "tests/netstack/peer.h"

#include <lwip/memp.h>
#include <lwip/stats.h>

#include "netstack/limits.h"

static struct peer stubborn[NET_CONNS], honest;

static void
serve(uint16_t port)
{
	static uint8_t page[3000];
	struct net_conn *conn = peer_open(&honest, FAR_IP, port, 80);
	size_t sent = 0;

	while (sent < sizeof page) {
		size_t room = net_room(conn), len = room < sizeof page - sent ? room : sizeof page - sent;

		CHECK(room > 0);
		net_send(conn, (struct span){ page, len });
		sent += len;
		peer_listen(&honest);
		peer_ack(&honest);
	}
	net_close(conn);
	peer_finish(&honest);
	CHECK(honest.received_len == sizeof page && !honest.rst);
}

static void
zero_windows(void)
{
	static uint8_t page[NET_SEND_MAX];
	uint16_t port = 30000;

	start_stack();
	for (uint16_t i = 0; i < NET_CONNS - 1; i++) {
		struct net_conn *conn;
		struct segment ack;
		size_t room;

		peer_half_open(&stubborn[i], PEER_IP, (uint16_t)(4000 + i), 80);
		ack = peer_segment(&stubborn[i], ACK);
		ack.window = i % 3;
		peer_send_segment(&ack);
		conn = net_accept(&(uint16_t){ 0 });
		CHECK(conn != NULL);
		for (int j = 0; j < 10; j++) {
			room = net_room(conn);
			net_send(conn, (struct span){ page, room < sizeof page ? room : sizeof page });
			drain();
		}
		net_close(conn);
		if (i % 16 == 0)
			serve(port++);
	}
	for (int second = 0; second < 30; second++) {
		for (uint16_t i = 0; i < NET_CONNS - 1; i++) {
			struct segment ack = peer_segment(&stubborn[i], ACK);

			ack.window = 0;
			peer_send_segment(&ack);		/* "I am still here, say no more" */
			drain();
		}
		for (struct net_conn *again; (again = net_accept(&(uint16_t){ 0 })) != NULL;)
			net_close(again);			/* left, and back with the cookie of two minutes */
		pass_time(SECOND);
		drain();
		serve(port++);
	}
	pass_time(NET_LINGER_NS + SECOND);
	CHECK(memp_pools[MEMP_TCP_PCB]->stats->used == 0 && memp_pools[MEMP_POOL_1528]->stats->used == 0);
}

static void who_never_listens_is_left(void **state) { (void)state; run_alone(zero_windows); }

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(who_never_listens_is_left) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
