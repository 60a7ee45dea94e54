/*
 * blind_reset_test.c: slipping in the window.
 *
 * Watson, "Slipping in the Window" (2004, CVE-2004-0230): a RST was believed anywhere in the window, so
 * 2^32 / window forged packets cut any connection whose addresses and ports are known; BGP sessions
 * between the Internet's big routers, for one.  So was a SYN.  RFC 5961 asks for the exact number.
 *
 * Performed: a forged RST, and a forged SYN, at every window's step through the whole sequence space, a
 * million and a half packets.  What must happen: the connection lives, and hardly anything is answered.
 */
#include "tests/netstack/peer.h"

#include "netstack/limits.h"

static struct peer peer;

static void
sweep(void)
{
	struct net_conn *conn;
	struct segment forged;
	struct wire_frame frame;
	uint64_t answers = 0;

	start_stack();
	conn = peer_open(&peer, FAR_IP, 4000, 10000);
	forged = peer_segment(&peer, RST);
	for (uint64_t offset = 1; offset < UINT64_C(1) << 32; offset += NET_WINDOW) {
		for (unsigned i = 0; i < 2; i++) {
			forged.seq = peer.snd_nxt + (uint32_t)offset;
			forged.flags = i == 0 ? RST : SYN;
			frame = make_tcp(&forged);
			net_input(frame.bytes, frame.len);
			while (net_output(frame.bytes) != 0)
				answers++;
		}
	}
	CHECK(net_status(conn) == NET_OPEN && answers <= NET_CHALLENGE_BURST);
	peer_send(&peer, ACK, "still here", 10);
	CHECK(net_peek(conn).len == 10);
}

static void the_whole_sequence_space(void **state) { (void)state; run_alone(sweep); }

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(the_whole_sequence_space) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
