/*
 * idle_scan_test.c: the innocent bystander.
 *
 * Antirez, Bugtraq 1998.  A host that numbers its packets from one counter tells everyone how many it
 * sends.  The attacker asks the bystander, sends his victim a SYN in the bystander's name, asks again: a
 * step of two, the bystander had to reset an answer, so the victim's port is open.  The scan comes from
 * somebody else's address.  Stock lwIP has one counter for all.
 *
 * Performed: the scan, with us as the bystander.  What must happen: the steps tell nothing.
 */
#include "tests/netstack/peer.h"

static struct peer warm_up;

static uint16_t
ask(void)
{
	struct segment probe = { .from_ip = PEER_IP, .to_ip = OUR_IP, .from_port = 999, .to_port = 22, .seq = 1, .flags = SYN | ACK };
	struct segment reply;
	struct wire_frame frame;

	peer_send_segment(&probe);
	while (next_frame(&frame)) {
		if (read_tcp(&reply, &frame) && (reply.flags & RST) != 0)
			return reply.id;
	}
	CHECK(false);
	return 0;
}

static void
scan(void)
{
	size_t small_steps = 0;

	start_stack();
	(void)peer_open(&warm_up, PEER_IP, 1, 80);		/* ARP is not what is measured */
	drain();
	for (int i = 0; i < 300; i++) {
		uint16_t before = ask();
		struct segment answer = { .from_ip = FAR_IP, .to_ip = OUR_IP, .from_port = 80, .to_port = 33, .seq = 1, .flags = SYN | ACK };

		if (i % 2 == 0)
			peer_send_segment(&answer);
		drain();
		small_steps += (uint16_t)(ask() - before) < 256;
	}
	CHECK(small_steps < 12);				/* by chance: one or two */
}

static void steps_tell_nothing(void **state) { (void)state; run_alone(scan); }

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(steps_tell_nothing) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
