/*
 * neighbour_test.c: netstack/neighbour.c and wire.c: ARP asked and answered, what is believed, and
 * the identification of packets.
 */
#include "tests/netstack/peer.h"

#include "netstack/limits.h"

static const uint8_t EVIL_MAC[6] = { 0x02, 0, 0, 6, 6, 6 };
static struct peer peer;

/* Who a packet to `ip` goes to now: a SYN of ours tells. */
static bool
goes_to(uint32_t ip, const uint8_t mac[6])
{
	struct net_conn *conn = net_connect(ip, 99);
	struct wire_frame frame;
	struct segment segment;
	bool same = false;

	CHECK(conn != NULL);
	while (next_frame(&frame)) {
		if (read_tcp(&segment, &frame))
			same = memcmp(frame.bytes, mac, 6) == 0;
	}
	net_abort(conn);
	drain();
	return same;
}

static void
claim(unsigned operation, const uint8_t mac[6], uint32_t ip)
{
	struct wire_frame frame = make_arp(operation, mac, ip, OUR_IP);

	send_frame(&frame);
}

static void
answers_requests_for_us(void)
{
	struct wire_frame request = make_arp(1, PEER_MAC, PEER_IP, OUR_IP), reply;

	start_stack();
	drain();
	request.len = 42;
	send_frame(&request);
	CHECK(net_output(reply.bytes) == 42 && memcmp(reply.bytes, PEER_MAC, 6) == 0);
	CHECK(get(reply.bytes + 20, 2) == 2 && memcmp(reply.bytes + 22, OUR_MAC, 6) == 0);
	CHECK(get(reply.bytes + 28, 4) == OUR_IP && memcmp(reply.bytes + 32, PEER_MAC, 6) == 0);
	CHECK(get(reply.bytes + 38, 4) == PEER_IP);
	put(request.bytes + 38, PEER_IP, 4);
	send_frame(&request);
	CHECK(net_output(reply.bytes) == 0);
}

static void
only_solicited_answers_count(void)
{
	start_stack();
	drain();					/* the gateway was asked for and answered */
	CHECK(goes_to(FAR_IP, PEER_MAC) && goes_to(GATEWAY_IP, PEER_MAC));
	claim(2, EVIL_MAC, GATEWAY_IP);
	claim(1, EVIL_MAC, GATEWAY_IP);
	CHECK(goes_to(FAR_IP, PEER_MAC));
	claim(2, EVIL_MAC, PEER_IP);			/* before anyone asked */
	CHECK(goes_to(PEER_IP, PEER_MAC));
	peer_answers_arp = false;
	pass_time(400 * SECOND);
	CHECK(goes_to(FAR_IP, PEER_MAC));		/* asked again, unanswered: the gateway stays */
	CHECK(!goes_to(PEER_IP, PEER_MAC));		/* others are forgotten */
	claim(2, EVIL_MAC, GATEWAY_IP);			/* now we asked: a new gateway may answer */
	CHECK(goes_to(FAR_IP, EVIL_MAC));
}

/* A packet's source address teaches nothing: only its answer goes back the same way. */
static void
packets_teach_nothing(void)
{
	struct segment syn;
	struct wire_frame frame;

	start_stack();
	drain();
	peer_init(&peer, FAR_IP, 4000, 80);
	syn = peer_segment(&peer, SYN);
	frame = make_tcp(&syn);
	memcpy(frame.bytes + 6, EVIL_MAC, 6);
	send_frame(&frame);
	CHECK(next_frame(&frame) && memcmp(frame.bytes, EVIL_MAC, 6) == 0);
	CHECK(goes_to(FAR_IP, PEER_MAC));
}

/* However many addresses are asked for, the gateway's row stays, and one question a second. */
static void
a_flood_of_addresses(void)
{
	struct wire_frame frame;
	size_t num = 0;

	start_stack();
	drain();
	peer_answers_arp = false;
	for (uint32_t i = 0; i < 200; i++)
		CHECK(!goes_to(0x0a000220 + i % 100, PEER_MAC));
	CHECK(goes_to(FAR_IP, PEER_MAC));
	drain();
	pass_time(2 * SECOND);
	for (int i = 0; i < 50; i++) {
		struct net_conn *conn = net_connect(0x0a0002f0, 99);

		while (next_frame(&frame))
			num++;
		net_abort(conn);
	}
	CHECK(num == 1);
}

/* What could not be sent for want of an address is sent when the answer comes, at once. */
static void
waiting_packets_are_kept(void)
{
	struct net_conn *conn;
	struct wire_frame frame;
	struct segment syn;

	start_stack();
	drain();
	peer_answers_arp = false;
	conn = net_connect(PEER_IP, 99);
	drain();
	claim(2, PEER_MAC, PEER_IP);
	CHECK(next_frame(&frame) && read_tcp(&syn, &frame) && syn.flags == SYN);
	net_abort(conn);
}

/* RFC 6864, and the idle scan: two packets in a row must not differ by a small step. */
static void
identifications_are_not_a_counter(void)
{
	struct wire_frame frame;
	struct segment segment;
	uint16_t last = 0;
	size_t near = 0, num = 0;

	start_stack();
	drain();
	for (uint16_t i = 0; i < 400; i++) {
		struct segment syn = { .from_ip = PEER_IP, .to_ip = OUR_IP, .from_port = (uint16_t)(i + 1), .to_port = 80, .flags = SYN };

		peer_send_segment(&syn);
		while (next_frame(&frame)) {
			if (!read_tcp(&segment, &frame))
				continue;
			near += (uint16_t)(segment.id - last) < 16;
			last = segment.id;
			num++;
		}
	}
	CHECK(num == 400 && near < 5);
}

#define SCENE(name) static void test_##name(void **state) { (void)state; run_alone(name); }
SCENE(answers_requests_for_us)
SCENE(only_solicited_answers_count)
SCENE(packets_teach_nothing)
SCENE(a_flood_of_addresses)
SCENE(waiting_packets_are_kept)
SCENE(identifications_are_not_a_counter)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers_requests_for_us), cmocka_unit_test(test_only_solicited_answers_count),
		cmocka_unit_test(test_packets_teach_nothing), cmocka_unit_test(test_a_flood_of_addresses),
		cmocka_unit_test(test_waiting_packets_are_kept), cmocka_unit_test(test_identifications_are_not_a_counter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
