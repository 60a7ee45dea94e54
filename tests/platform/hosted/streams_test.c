/* streams_test.c: TCP streams from frames: in order, out of order, twice, changed, cut, and frames that are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "platform/hosted/streams.h"

enum { HEAD = 54, FRAME_MAX = 1514, FIN = 1, SYN = 2, RST = 4, ACK = 16, MACHINE = 0x0a00020f, IN_ISN = 1000, OUT_ISN = 4000000000u - 5 };

/* What was handed over: the last stream, and how many there were. */
static struct stream last;
static unsigned num_streams;
static uint64_t now_ns;

static void
on_stream(const struct stream *stream)
{
	last = *stream;
	num_streams++;
}

static int
fresh(void **state)
{
	(void)state;
	streams_open(MACHINE, on_stream);
	num_streams = 0;
	now_ns = 100;
	return 0;
}

static int
none_open(void **state)
{
	(void)state;
	streams_close();
	return 0;
}

/* A frame of the visitor 10.0.2.2:`port` to port 443, or back. */
static size_t
make(uint8_t frame[FRAME_MAX], bool inward, uint16_t port, uint32_t seq, unsigned flags, const void *data, size_t len)
{
	static const uint8_t IP[] = { 8, 0, 0x45, 0, 0, 0, 0, 1, 0x40, 0, 64, 6, 0, 0 };
	static const uint8_t VISITOR[] = { 10, 0, 2, 2 }, OURS[] = { 10, 0, 2, 15 };

	memset(frame, 0, HEAD);
	memcpy(frame + 12, IP, sizeof IP);
	frame[16] = (uint8_t)((len + 40) >> 8);
	frame[17] = (uint8_t)(len + 40);
	memcpy(frame + (inward ? 26 : 30), VISITOR, 4);
	memcpy(frame + (inward ? 30 : 26), OURS, 4);
	frame[inward ? 34 : 36] = (uint8_t)(port >> 8);
	frame[inward ? 35 : 37] = (uint8_t)port;
	frame[inward ? 36 : 34] = 443 >> 8;
	frame[inward ? 37 : 35] = 443 & 255;
	for (unsigned i = 0; i < 4; i++)
		frame[38 + i] = (uint8_t)(seq >> (24 - 8 * i));
	frame[46] = 0x50;
	frame[47] = (uint8_t)flags;
	if (len > 0)
		memcpy(frame + HEAD, data, len);
	return HEAD + len;
}

/* On the heap, exactly: the sanitizer sees any over-read. */
static void
feed(const uint8_t *frame, size_t len, uint64_t mark)
{
	uint8_t *exact = malloc(len + 1);

	memcpy(exact, frame, len);
	streams_frame((struct span){ exact, len }, now_ns++, mark);
	free(exact);
}

static void
say(bool inward, uint32_t seq, unsigned flags, const char *text)
{
	uint8_t frame[FRAME_MAX];

	feed(frame, make(frame, inward, 40000, (inward ? IN_ISN : OUT_ISN) + seq, flags, text, strlen(text)), now_ns);
}

static void
hands(void)
{
	say(true, 0, SYN, "");
	say(false, 0, SYN | ACK, "");
	say(true, 1, ACK, "");
}

static void
is_all(const char *in, const char *out)
{
	assert_int_equal(last.in.len, strlen(in));
	assert_memory_equal(last.in.bytes, in, strlen(in));
	assert_int_equal(last.out.len, strlen(out));
	assert_memory_equal(last.out.bytes, out, strlen(out));
}

static void
a_conversation(void **state)
{
	(void)state;
	hands();
	say(true, 1, ACK, "hello");
	say(false, 1, ACK, "good day");
	say(true, 6, ACK | FIN, "bye");
	assert_int_equal(num_streams, 0);
	say(false, 9, ACK | FIN, "");
	assert_int_equal(num_streams, 1);
	is_all("hellobye", "good day");
	assert_true(!last.called && !last.ambiguous && !last.cut && last.end == STREAMS_FIN);
	assert_int_equal(last.peer, 0x0a000202);
	assert_int_equal(last.peer_port, 40000);
	assert_int_equal(last.port, 443);
	assert_int_equal(last.begin_ns, 100);
	assert_int_equal(last.end_ns, 5);
	assert_int_equal(last.num_pieces, 3);
	assert_true(!last.pieces[0].out && last.pieces[0].at_ns == 3 && last.pieces[0].len == 5);
	assert_true(last.pieces[1].out && last.pieces[1].at_ns == 4 && last.pieces[1].from == 0);
	assert_true(!last.pieces[2].out && last.pieces[2].at_ns == 5 && last.pieces[2].from == 5);
	assert_true(last.answered);
	assert_int_equal(last.mark[0], 103);	/* as the first bytes came, */
	assert_int_equal(last.mark[1], 104);	/* and as the first left */
}

static void
out_of_order_and_twice(void **state)
{
	(void)state;
	hands();
	say(true, 6, ACK, "world");
	say(true, 11, ACK | FIN, "!");
	say(true, 4, ACK, "lowor");
	say(true, 1, ACK, "hel");
	say(true, 1, ACK, "hel");
	say(true, 3, ACK, "lo");
	say(false, 1, RST, "");
	assert_int_equal(num_streams, 1);
	is_all("helloworld!", "");
	assert_false(last.ambiguous || last.cut);
	assert_int_equal(last.end, STREAMS_FIN);
	assert_int_equal(last.num_pieces, 1);		/* all of it became whole at one moment */
}

static void
another_byte_is_ambiguous(void **state)
{
	(void)state;
	hands();
	say(true, 1, ACK, "hello");
	say(true, 4, ACK, "LO");
	streams_close();
	is_all("hello", "");
	assert_true(last.ambiguous);
	assert_int_equal(last.end, STREAMS_OPEN);
}

static void
held_bytes_may_disagree_too(void **state)
{
	(void)state;
	hands();
	say(true, 3, ACK, "llo");
	say(true, 1, ACK, "heLlo");
	streams_close();
	assert_true(last.ambiguous);
}

static void
resets(void **state)
{
	(void)state;
	hands();
	say(true, 1, ACK, "hi");
	say(true, 4, RST, "");		/* not the next number: a guess, and the machine does not take it */
	assert_int_equal(num_streams, 0);
	say(true, 3, RST, "");
	assert_int_equal(num_streams, 1);
	is_all("hi", "");
	assert_int_equal(last.end, STREAMS_RESET);
	assert_int_equal(last.end_ns, 5);
	say(true, 3, ACK, "more");
	streams_close();
	assert_int_equal(num_streams, 1);
}

static void
a_new_syn_ends_the_old(void **state)
{
	(void)state;
	hands();
	say(true, 0, SYN, "");		/* the same again */
	say(true, 1, ACK, "a");
	assert_int_equal(num_streams, 0);
	say(true, 77, SYN, "");
	assert_int_equal(num_streams, 1);
	is_all("a", "");
	say(true, 78, ACK, "b");
	streams_close();
	assert_int_equal(num_streams, 2);
	is_all("b", "");
}

static void
called_streams(void **state)
{
	(void)state;
	say(false, 0, SYN, "");
	say(true, 0, SYN | ACK, "");
	say(false, 1, ACK, "hello");
	say(true, 1, ACK, "yes");
	streams_close();
	is_all("yes", "hello");
	assert_true(last.called);
	assert_int_equal(last.mark[0], 100);
}

static void
no_beginning_no_stream(void **state)
{
	(void)state;
	say(true, 1, ACK, "hello");
	say(false, 1, ACK | SYN, "");
	streams_close();
	assert_int_equal(num_streams, 0);
}

static void
too_long_is_cut(void **state)
{
	static char text[1401];

	(void)state;
	memset(text, 'a', 1400);
	hands();
	for (unsigned i = 0; i <= STREAMS_BYTES_MAX / 1400; i++)
		say(true, 1 + 1400 * i, ACK, text);
	say(true, 1, ACK, "another byte");	/* can not be compared any more, and harms nothing */
	streams_close();
	assert_true(last.cut && !last.ambiguous);
	assert_int_equal(last.in.len, STREAMS_BYTES_MAX / 1400 * 1400);
}

static void
too_many_early_segments(void **state)
{
	(void)state;
	hands();
	for (uint32_t i = 0; i < STREAMS_HELD_MAX; i++)
		say(true, 10 + 2 * i, ACK, "x");
	say(true, 70000, ACK, "far beyond any window");
	streams_close();
	assert_false(last.cut);
	hands();
	for (uint32_t i = 0; i <= STREAMS_HELD_MAX; i++)
		say(true, 10 + 2 * i, ACK, "x");
	streams_close();
	assert_true(last.cut);
}

static void
the_oldest_makes_room(void **state)
{
	uint8_t frame[FRAME_MAX];

	(void)state;
	for (uint16_t i = 0; i < STREAMS_MAX + 2; i++)
		feed(frame, make(frame, true, (uint16_t)(1 + i), 0, SYN, "", 0), 0);
	assert_int_equal(num_streams, 2);
	assert_int_equal(last.peer_port, 2);
	streams_close();
	assert_int_equal(num_streams, STREAMS_MAX + 2);
}

/* Cut short or changed in one byte, a frame is taken as it is or left: what was there before stays whole. */
static void
spoiled_frames(void **state)
{
	static const uint8_t MASKS[] = { 0x01, 0x80, 0xff };
	uint8_t good[FRAME_MAX], frame[FRAME_MAX];
	size_t len = make(good, true, 40000, IN_ISN + 3, ACK, "payload", 7);

	(void)state;
	for (size_t i = 0; i < len; i++) {
		hands();
		say(true, 1, ACK, "hi");
		feed(good, i, 0);
		streams_close();
		is_all("hi", "");
	}
	for (size_t i = 0; i < len; i++)
		for (size_t j = 0; j < sizeof MASKS; j++) {
			hands();
			say(true, 1, ACK, "hi");
			memcpy(frame, good, len);
			frame[i] ^= MASKS[j];
			feed(frame, len, 0);
			num_streams = 0;
			streams_close();
			assert_true(num_streams == 1 && last.in.len >= 2 && memcmp(last.in.bytes, "hi", 2) == 0);
			assert_true(last.in.len == 2 || last.in.len <= 2 + 7 + 40);
			if (i == 12 || i == 13 || i == 14 || (i == 20 && MASKS[j] != 0x80) || i == 21 || i == 23 || (i >= 26 && i < 38))
				assert_int_equal(last.in.len, 2);	/* type, version, fragment, protocol, addresses, ports */
		}
	hands();
	say(true, 1, ACK, "hi");
	feed(good, len, 0);
	streams_close();
	is_all("hipayload", "");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, fresh, none_open)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_conversation), CASE(out_of_order_and_twice), CASE(another_byte_is_ambiguous), CASE(held_bytes_may_disagree_too),
		CASE(resets), CASE(a_new_syn_ends_the_old), CASE(called_streams), CASE(no_beginning_no_stream), CASE(too_long_is_cut),
		CASE(too_many_early_segments), CASE(the_oldest_makes_room), CASE(spoiled_frames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
