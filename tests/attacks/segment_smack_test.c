/*
 * segment_smack_test.c: crumbs.
 *
 * SegmentSmack (CVE-2018-5390): bytes sent one by one and out of order made Linux walk and merge a long
 * queue for each: a few thousand packets a second held a processor.  SACK Panic (CVE-2019-11477): a
 * segment size of 48 made it cut its own data into more pieces than a counter could hold.  And pbufs: each
 * byte in a buffer of its own empties any pool.
 *
 * Performed: ten thousand bytes, each in a segment of its own, every second one out of order; then a peer
 * that asks for segments of one byte.  What must happen: nothing is kept out of order, bytes in order share
 * blocks, and our segments stay large.
 */
#include "tests/netstack/peer.h"

#include <lwip/memp.h>
#include <lwip/stats.h>

#include "netstack/blocks.h"
#include "netstack/limits.h"

static struct peer peer;

static void
crumbs_in(void)
{
	struct net_conn *conn;

	start_stack();
	conn = peer_open(&peer, PEER_IP, 4000, 80);
	for (uint32_t i = 0; i < 5000; i++) {
		struct segment ahead = peer_segment(&peer, ACK);

		ahead.seq += 1 + i % 500;
		ahead.data = (const uint8_t *)"z";
		ahead.data_len = 1;
		peer_send_segment(&ahead);
		CHECK(NET_BLOCKS - blocks_free() <= i / NET_BLOCK_LEN + 1);
		peer_send(&peer, ACK, "a", 1);
		drain();
	}
	CHECK(NET_BLOCKS - blocks_free() == 5000 / NET_BLOCK_LEN + 1);
	CHECK(memp_pools[MEMP_TCP_SEG]->stats->used == 0 && net_peek(conn).len == NET_BLOCK_LEN);
}

static void
crumbs_out(void)
{
	static const uint8_t MSS_1[4] = { 2, 4, 0, 1 };
	static uint8_t data[2 * NET_MSS_MIN];
	struct wire_frame frame;
	struct segment syn, out;
	struct net_conn *conn;

	start_stack();
	peer_init(&peer, PEER_IP, 4000, 80);
	syn = peer_segment(&peer, SYN);
	syn.options = MSS_1;
	syn.options_len = 4;
	peer_send_segment(&syn);
	peer.snd_nxt++;
	peer_listen(&peer);
	peer_ack(&peer);
	conn = net_accept(&(uint16_t){ 0 });
	CHECK(conn != NULL && net_room(conn) >= NET_MSS_MIN);
	drain();
	net_send(conn, (struct span){ data, NET_MSS_MIN });
	CHECK(next_frame(&frame) && read_tcp(&out, &frame) && out.data_len == NET_MSS_MIN);
}

static void bytes_one_by_one(void **state) { (void)state; run_alone(crumbs_in); }
static void segments_of_one_byte(void **state) { (void)state; run_alone(crumbs_out); }

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(bytes_one_by_one), cmocka_unit_test(segments_of_one_byte) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
