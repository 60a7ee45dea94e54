/*
 * blind_data_test.c: words put into another's mouth.
 *
 * RFC 5961, section 5: a segment whose sequence number falls into the window was believed whatever it
 * acknowledged (half of all values were "old"), so forging data took 2^32 / window guesses, twice.  Stock
 * lwIP 2.2.1 takes any acknowledgement, 2^30 ahead too, and none at all.
 *
 * Performed: the attacker knows everything but our sequence number: exact sequence number of the next
 * byte, and acknowledgements at steps of 4096 through the whole space, with every combination of flags.
 * What must happen: only those within the peer's last window and our next byte are believed: 3 of 2^20.
 */
#include "tests/netstack/peer.h"

static struct peer peer;

static void
forge(void)
{
	static const unsigned FLAGS[] = { ACK, PSH, FIN, FIN | ACK, RST | ACK };
	struct net_conn *conn;
	struct segment forged;
	struct wire_frame frame;

	start_stack();
	conn = peer_open(&peer, FAR_IP, 4000, 10000);
	forged = peer_segment(&peer, ACK);
	forged.data = (const uint8_t *)"send it to me";
	forged.data_len = 13;
	for (uint64_t offset = 1; offset < (UINT64_C(1) << 32) - 8192; offset += 4096) {
		forged.ack = peer.rcv_nxt + (uint32_t)offset;
		forged.flags = FLAGS[offset / 4096 % 4];
		frame = make_tcp(&forged);
		net_input(frame.bytes, frame.len);
		while (net_output(frame.bytes) != 0)
			;
	}
	CHECK(net_status(conn) == NET_OPEN && net_peek(conn).len == 0);
	forged.flags = ACK;
	forged.ack = peer.rcv_nxt - 8192;			/* the oldest that may be true */
	peer_send_segment(&forged);
	CHECK(net_peek(conn).len == 13);
}

static void acknowledgements_must_be_true(void **state) { (void)state; run_alone(forge); }

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(acknowledgements_must_be_true) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
