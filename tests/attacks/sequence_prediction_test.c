/*
 * sequence_prediction_test.c: talking without hearing.
 *
 * Morris, "A Weakness in the 4.2BSD Unix TCP/IP Software" (1985); Mitnick against Shimomura, Christmas
 * 1994.  If first sequence numbers grow by a known step, who opens a connection of his own learns what
 * the next one gets, forges its SYN and its ACK, and speaks in another's name.  Stock lwIP starts at 6510.
 *
 * Performed: a thousand numbers are gathered by connections from one address; each is used, with every
 * small step that was seen between them, to complete a forged handshake; the same for the numbers that
 * connections of our own begin with.  What must happen: no guess fits.
 */
#include "tests/netstack/peer.h"

#define NUM	1000

static uint32_t
first_number(uint32_t from_ip, uint16_t port)
{
	struct segment syn = { .from_ip = from_ip, .to_ip = OUR_IP, .from_port = port, .to_port = 80, .seq = 1, .flags = SYN }, reply;
	struct wire_frame frame;

	peer_send_segment(&syn);
	while (next_frame(&frame)) {
		if (read_tcp(&reply, &frame) && reply.to_port == port)
			return reply.seq;
	}
	CHECK(false);
	return 0;
}

static void
predict(void)
{
	static uint32_t seen[NUM];

	start_stack();
	for (uint16_t i = 0; i < NUM; i++)
		seen[i] = first_number(FAR_IP, (uint16_t)(1000 + i));
	for (uint16_t i = 1; i < NUM; i++) {
		struct segment ack = { .from_ip = PEER_IP, .to_ip = OUR_IP, .from_port = (uint16_t)(1000 + i), .to_port = 80, .seq = 2,
		    .flags = ACK, .window = 1000, .data = (const uint8_t *)"rm -rf", .data_len = 6 };

		(void)first_number(PEER_IP, ack.from_port);	/* the victim's SYN; its answer is not heard */
		for (int j = 0; j < 3; j++) {
			ack.ack = (j == 0 ? seen[i] : j == 1 ? 2 * seen[i] - seen[i - 1] : seen[NUM - 1]) + 1;
			peer_send_segment(&ack);
			drain();
		}
	}
	CHECK(net_accept(&(uint16_t){ 0 }) == NULL && net_stats()->syn_cookies_refused == 3 * (NUM - 1));
}

static void
predict_ours(void)
{
	struct wire_frame frame;
	struct segment syn;
	uint32_t last = 0, near = 0;

	start_stack();
	drain();
	for (int i = 0; i < NUM; i++) {
		struct net_conn *conn = net_connect(FAR_IP, 8333);

		while (next_frame(&frame)) {
			if (read_tcp(&syn, &frame) && syn.flags == SYN) {
				near += syn.seq - last < 1u << 20 || last - syn.seq < 1u << 20;
				last = syn.seq;
			}
		}
		net_abort(conn);
		now_ns += MS;
		(void)net_tick(now_ns);
	}
	CHECK(near < 5);					/* by chance: one in two thousand */
}

static void forged_handshakes_do_not_fit(void **state) { (void)state; run_alone(predict); }
static void our_own_numbers_tell_nothing(void **state) { (void)state; run_alone(predict_ours); }

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(forged_handshakes_do_not_fit),
		cmocka_unit_test(our_own_numbers_tell_nothing) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
