/*
 * challenge_counter_test.c: the counter that told tales.
 *
 * Cao and others, "Off-Path TCP Exploits: Global Rate Limit Considered Dangerous" (2016, CVE-2016-5696).
 * Linux answered doubtful segments with at most 100 challenge ACKs a second, counted for the whole machine.
 * An attacker sends a guess in another's name, then uses up the rest of the second on a connection of his
 * own: 99 answers, his guess had hit; 100, it had not.  Minutes later he knows ports and numbers.
 *
 * Performed: the measurement, with a guess that hits and one that misses.  What must happen: the same
 * number of answers both times, for each connection has a count of its own.
 */
#include "tests/netstack/peer.h"

static struct peer victim, attacker;

static size_t
answers_after(uint32_t guess_offset)
{
	struct segment guess, own;
	size_t before;

	pass_time(5 * SECOND);
	drain();
	guess = peer_segment(&victim, RST);
	guess.seq += guess_offset;
	for (int i = 0; i < 50; i++)
		peer_send_segment(&guess);
	drain();
	before = attacker.num_segments;
	own = peer_segment(&attacker, RST);
	own.seq += 7;
	for (int i = 0; i < 200; i++) {
		peer_send_segment(&own);
		peer_listen(&attacker);
	}
	return attacker.num_segments - before;
}

static void
measure(void)
{
	size_t hit, miss;

	start_stack();
	(void)peer_open(&victim, FAR_IP, 4000, 10000);
	(void)peer_open(&attacker, PEER_IP, 4000, 10000);
	miss = answers_after(0x40000000);
	hit = answers_after(100);			/* inside the victim's window */
	CHECK(hit == miss && hit > 0);
}

static void a_hit_looks_like_a_miss(void **state) { (void)state; run_alone(measure); }

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(a_hit_looks_like_a_miss) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
