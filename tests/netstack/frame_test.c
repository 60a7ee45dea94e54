/*
 * frame_test.c: netstack/frame.c alone, then the whole stack fed with every truncation and every
 * one-byte mutation of each kind of valid frame.
 */
#include "tests/netstack/peer.h"

#include "netstack/frame.h"
#include "netstack/limits.h"

#define NUM_SAMPLES	9

static const struct frame_self SELF = { .mac = { 0x52, 0x54, 0, 1, 2, 3 }, .ip = OUR_IP, .mask = 0xffffff00 };
static struct frame frame;

/* From an allocation of exactly this size. */
static enum frame_kind
parse(const uint8_t *bytes, size_t len)
{
	uint8_t *exact = malloc(len == 0 ? 1 : len);
	enum frame_kind kind;

	memcpy(exact, bytes, len);
	kind = frame_parse(&frame, &SELF, (struct span){ exact, len });
	if (kind == FRAME_TCP || kind == FRAME_ECHO) {
		assert_true(frame.packet.ptr >= exact && frame.packet.ptr + frame.packet.len <= exact + len);
		assert_true(frame.payload.ptr + frame.payload.len == frame.packet.ptr + frame.packet.len);
	}
	free(exact);
	return kind;
}

static enum frame_kind
parse_frame(const struct wire_frame *wire) { return parse(wire->bytes, wire->len); }

static struct wire_frame
tcp_with(unsigned flags, const void *options, size_t options_len, const char *data)
{
	struct segment segment = { .from_ip = PEER_IP, .to_ip = OUR_IP, .from_port = 4000, .to_port = 80, .seq = 0x01020304,
	    .ack = 0x05060708, .flags = flags, .window = 0x1234, .options = options, .options_len = options_len,
	    .data = (const uint8_t *)data, .data_len = strlen(data) };

	return make_tcp(&segment);
}

static void
reads_what_is_there(void **state)
{
	static const uint8_t OPTIONS[12] = { 1, 2, 4, 0x05, 0x64, 4, 2, 3, 3, 7, 0, 0xff };
	struct wire_frame wire = tcp_with(SYN, OPTIONS, sizeof OPTIONS, "abc");

	(void)state;
	wire.len = 60 > wire.len ? 60 : wire.len;
	assert_int_equal(parse_frame(&wire), FRAME_TCP);
	assert_int_equal(frame.from_ip, PEER_IP);
	assert_int_equal(frame.tcp.from_port, 4000);
	assert_int_equal(frame.tcp.to_port, 80);
	assert_int_equal(frame.tcp.seq, 0x01020304);
	assert_int_equal(frame.tcp.ack, 0x05060708);
	assert_int_equal(frame.tcp.flags, SYN);
	assert_int_equal(frame.tcp.window, 0x1234);
	assert_int_equal(frame.tcp.mss, 0x0564);
	assert_int_equal(frame.tcp.header_len, 32);
	assert_int_equal(frame.tcp.data.len, 3);
	wire = make_arp(1, PEER_MAC, PEER_IP, OUR_IP);
	assert_int_equal(parse_frame(&wire), FRAME_ARP);
	assert_int_equal(frame.arp.operation, 1);
	assert_int_equal(frame.arp.sender_ip, PEER_IP);
	assert_int_equal(frame.arp.target_ip, OUR_IP);
	wire = make_echo(PEER_IP, 0);
	assert_int_equal(parse_frame(&wire), FRAME_ECHO);
	assert_int_equal(parse(wire.bytes, 0), FRAME_BAD);
}

/* Each row is one byte of a valid frame changed, checksums put right afterwards. */
static void
refuses_what_is_strange(void **state)
{
	static const struct { size_t at; uint8_t value; enum frame_kind kind; const char *why; } ROWS[] = {
		{ 0, 0x01, FRAME_OTHER, "not to us" }, { 6, 0x03, FRAME_BAD, "from a group" },
		{ 12, 0x86, FRAME_OTHER, "another protocol" }, { 14, 0x55, FRAME_BAD, "version 5" },
		{ 14, 0x44, FRAME_BAD, "header of 16 bytes" }, { 14, 0x46, FRAME_OTHER, "options" },
		{ 16, 0x10, FRAME_BAD, "longer than the frame" }, { 17, 0x13, FRAME_BAD, "shorter than its header" },
		{ 20, 0x20, FRAME_OTHER, "first fragment" }, { 21, 0x01, FRAME_OTHER, "later fragment" },
		{ 23, 0x11, FRAME_OTHER, "UDP" }, { 26, 0x7f, FRAME_BAD, "from loopback" },
		{ 26, 0xe0, FRAME_BAD, "from multicast" }, { 26, 0xff, FRAME_BAD, "from class E" },
		{ 26, 0x00, FRAME_BAD, "from this-network" }, { 29, 0xff, FRAME_BAD, "from our broadcast address" },
		{ 29, 0x00, FRAME_BAD, "from our network's address" }, { 29, 0x0f, FRAME_BAD, "from ourselves" },
		{ 33, 0xff, FRAME_OTHER, "to broadcast" }, { 30, 0xe0, FRAME_OTHER, "to multicast" },
		{ 46, 0x40, FRAME_BAD, "TCP header of 16 bytes" }, { 46, 0xf0, FRAME_BAD, "TCP header past the packet" },
		{ 47, 0x00, FRAME_BAD, "no flag" }, { 47, 0x03, FRAME_BAD, "SYN and FIN" }, { 47, 0x06, FRAME_BAD, "SYN and RST" },
		{ 47, 0x05, FRAME_BAD, "FIN and RST" }, { 47, 0x08, FRAME_BAD, "PSH alone" }, { 47, 0x14, FRAME_TCP, "RST with ACK" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		struct wire_frame wire = tcp_with(ACK, NULL, 0, "data");

		assert_int_equal(parse_frame(&wire), FRAME_TCP);
		wire.bytes[ROWS[i].at] = ROWS[i].value;
		fix_checksums(&wire);
		if (parse_frame(&wire) != ROWS[i].kind)
			fail_msg("%s", ROWS[i].why);
	}
}

static void
both_ports_are_numbers(void **state)
{
	struct wire_frame wire = tcp_with(ACK, NULL, 0, "");

	(void)state;
	put(wire.bytes + 34, 0, 2);
	fix_checksums(&wire);
	assert_int_equal(parse_frame(&wire), FRAME_BAD);
	wire = tcp_with(ACK, NULL, 0, "");
	put(wire.bytes + 36, 0, 2);
	fix_checksums(&wire);
	assert_int_equal(parse_frame(&wire), FRAME_BAD);
}

/* lwIP 2.2.1 walks past each of these (upstream 3d896ba0). */
static void
options_end_where_the_header_ends(void **state)
{
	static const uint8_t BAD[][4] = { { 1, 1, 1, 2 }, { 1, 1, 2, 4 }, { 1, 2, 4, 5 }, { 1, 1, 1, 8 }, { 8, 10, 1, 1 },
	    { 8, 0, 1, 1 }, { 8, 1, 1, 1 }, { 2, 3, 5, 0 }, { 2, 4, 0, 0 }, { 254, 255, 0, 0 } };
	static const uint8_t GOOD[][4] = { { 0, 2, 9, 9 }, { 1, 1, 1, 0 }, { 8, 4, 9, 9 }, { 2, 4, 0, 1 }, { 9, 2, 9, 2 } };

	(void)state;
	for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
		struct wire_frame wire = tcp_with(SYN, BAD[i], 4, "");

		assert_int_equal(parse_frame(&wire), FRAME_BAD);
	}
	for (size_t i = 0; i < sizeof GOOD / sizeof GOOD[0]; i++) {
		struct wire_frame wire = tcp_with(SYN, GOOD[i], 4, "");

		assert_int_equal(parse_frame(&wire), FRAME_TCP);
	}
}

static void
checksums_decide(void **state)
{
	struct wire_frame tcp = tcp_with(ACK, NULL, 0, "odd"), echo = make_echo(PEER_IP, 33);

	(void)state;
	for (size_t at = 14; at < tcp.len; at++) {
		tcp.bytes[at] ^= 0x20;
		assert_int_not_equal(parse_frame(&tcp), FRAME_TCP);
		tcp.bytes[at] ^= 0x20;
	}
	for (size_t at = 34; at < echo.len; at++) {
		echo.bytes[at] ^= 0x20;
		assert_int_equal(parse_frame(&echo), FRAME_BAD);
		echo.bytes[at] ^= 0x20;
	}
}

/* An ARP packet needs all its 28 bytes; lwIP's etharp_input reads them without looking. */
static void
short_arp_is_not_read(void **state)
{
	struct wire_frame wire = make_arp(1, PEER_MAC, PEER_IP, OUR_IP);

	(void)state;
	for (size_t len = 0; len < 42; len++)
		assert_int_equal(parse(wire.bytes, len), FRAME_BAD);
	assert_int_equal(parse(wire.bytes, 42), FRAME_ARP);
	wire.bytes[22] ^= 1;			/* claims another hardware address than its frame */
	assert_int_equal(parse(wire.bytes, 42), FRAME_BAD);
}

static void
host_addresses(void **state)
{
	struct frame_self pair = { .ip = 0x0a000001, .mask = 0xfffffffe };

	(void)state;
	assert_true(frame_host_address(&SELF, PEER_IP) && frame_host_address(&SELF, FAR_IP));
	assert_true(frame_host_address(&SELF, 0x0a000100));	/* .0 and .255 of another subnet may be hosts */
	assert_false(frame_host_address(&SELF, 0x0a000200) || frame_host_address(&SELF, 0x0a0002ff));
	assert_false(frame_host_address(&SELF, 0) || frame_host_address(&SELF, 0xffffffff));
	assert_false(frame_host_address(&SELF, 0xe0000001) || frame_host_address(&SELF, 0x7f000001));
	assert_true(frame_host_address(&pair, 0x0a000000));	/* RFC 3021 */
}

/* ---- The whole stack, frame by frame ------------------------------------------------------- */

static struct wire_frame samples[NUM_SAMPLES];
static struct peer peer;

static void
make_samples(void)
{
	static const uint8_t OPTIONS[8] = { 2, 4, 5, 0xb4, 1, 3, 3, 7 };
	struct segment segment = peer_segment(&peer, ACK);
	struct segment stray = segment, syn = segment;

	segment.data = (const uint8_t *)"some bytes";
	segment.data_len = 10;
	samples[0] = make_tcp(&segment);
	segment.options = OPTIONS;
	segment.options_len = 8;
	samples[1] = make_tcp(&segment);
	segment.flags = ACK | FIN;
	samples[2] = make_tcp(&segment);
	segment.flags = RST;
	segment.seq++;
	samples[3] = make_tcp(&segment);
	syn.flags = SYN;
	syn.from_port++;
	syn.options = OPTIONS;
	syn.options_len = 8;
	samples[4] = make_tcp(&syn);
	stray.from_port += 2;
	samples[5] = make_tcp(&stray);
	samples[6] = make_arp(1, PEER_MAC, PEER_IP, OUR_IP);
	samples[7] = make_arp(2, PEER_MAC, GATEWAY_IP, OUR_IP);
	samples[8] = make_echo(PEER_IP, 20);
}

/* The stack still serves, whatever happened. */
static void
still_serves(uint16_t port)
{
	struct peer visitor;
	struct net_conn *conn;

	pass_time(SECOND);
	drain();
	while ((conn = net_accept(&(uint16_t){ 0 })) != NULL)
		net_abort(conn);
	drain();
	conn = peer_open(&visitor, FAR_IP, port, 80);
	peer_send(&visitor, ACK, "hello", 5);
	CHECK(net_peek(conn).len == 5);
	net_abort(conn);
	drain();
}

static void
every_truncation(void)
{
	start_stack();
	(void)peer_open(&peer, PEER_IP, 4000, 80);
	make_samples();
	for (size_t i = 0; i < NUM_SAMPLES; i++) {
		for (size_t len = 0; len < samples[i].len; len++) {
			struct wire_frame cut = samples[i];

			cut.len = len;
			send_frame(&cut);
			if (len >= 34) {			/* and with a header that knows it */
				put(cut.bytes + 16, len - 14, 2);
				fix_checksums(&cut);
				send_frame(&cut);
			}
			drain();
		}
		still_serves((uint16_t)(5000 + i));
	}
	CHECK(net_stats()->dropped_malformed > 300);
}

static void
every_mutation(void)
{
	static const uint8_t FLIPS[] = { 0x01, 0x80, 0xff };
	uint64_t before;

	start_stack();
	(void)peer_open(&peer, PEER_IP, 4000, 80);
	make_samples();
	before = net_stats()->frames_in;
	for (size_t i = 0; i < NUM_SAMPLES; i++) {
		for (size_t at = 0; at < samples[i].len; at++) {
			for (size_t j = 0; j < sizeof FLIPS; j++) {
				struct wire_frame mutant = samples[i];

				mutant.bytes[at] ^= FLIPS[j];
				send_frame(&mutant);
				if (at >= 14) {
					fix_checksums(&mutant);
					send_frame(&mutant);
				}
				drain();
			}
		}
		still_serves((uint16_t)(5000 + i));
	}
	CHECK(net_stats()->frames_in - before > 3000);
}

static void test_every_truncation(void **state) { (void)state; run_alone(every_truncation); }
static void test_every_mutation(void **state) { (void)state; run_alone(every_mutation); }

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_is_there), cmocka_unit_test(refuses_what_is_strange),
		cmocka_unit_test(both_ports_are_numbers), cmocka_unit_test(options_end_where_the_header_ends),
		cmocka_unit_test(checksums_decide), cmocka_unit_test(short_arp_is_not_read),
		cmocka_unit_test(host_addresses), cmocka_unit_test(test_every_truncation),
		cmocka_unit_test(test_every_mutation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
