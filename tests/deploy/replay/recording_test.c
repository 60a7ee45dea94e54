/* recording_test.c: the reader of transcripts: what is good, each reason to refuse, and every way to spoil a good one. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "deploy/replay/recording.h"

#define HEAD "pinata-transcript 1\nport 10000\nrole accepted\npeer 10.0.2.2:40000\n"
#define MODULE "chain regtest\naddress 10.0.2.15\nnetmask 255.255.255.0\ngateway 10.0.2.2\npeer-authority 3000\n"
#define IMAGE "image 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n"
#define CLOCK "boot 1700000000\nbegin 5\n"
#define SEED "seed 0102030405060708090a0b0c0d0e0f100102030405060708090a0b0c0d0e0f100102030405060708090a0b0c0d0e0f10\n"
#define GOOD HEAD MODULE IMAGE CLOCK SEED "draws 7 9\nin 10 160301\nout 11 15\nin 11 ff\nend 12 fin\n"

static struct recording recording;
static struct recording_error error;

static bool
parse_span(const char *text, size_t len)
{
	uint8_t *exact = malloc(len + (len == 0));	/* so that a read past the end is seen */
	bool good;

	memcpy(exact, text, len);
	good = recording_parse(&recording, &error, (struct span){ exact, len });
	if (!good)
		assert_true(error.line >= 1 || error.reason == RECORDING_TOO_LONG);
	free(exact);
	return good;
}

static bool
parse(const char *text) { return parse_span(text, strlen(text)); }

/* What the header promises of every file that is taken. */
static void
promises(void)
{
	uint32_t at = 0;
	uint64_t last_ns = 0;

	assert_true(recording.num_pieces <= RECORDING_PIECES_MAX && recording.len <= RECORDING_BYTES_MAX);
	for (size_t i = 0; i < recording.num_pieces; i++) {
		assert_int_equal(recording.pieces[i].from, at);
		assert_true(recording.pieces[i].len > 0 && recording.pieces[i].at_ns >= last_ns);
		last_ns = recording.pieces[i].at_ns;
		at += recording.pieces[i].len;
		assert_true(recording.pieces[i].out || recording.end_ns >= last_ns);
	}
	assert_int_equal(at, recording.len);
	assert_true(recording.end < RECORDING_NUM_ENDS && last_ns <= RECORDING_TIME_MAX);
	if (recording.has_seed)
		assert_true(recording.draws[0] < recording.draws[1] && recording.draws[1] - recording.draws[0] <= RECORDING_DRAWS_MAX);
}

static void
a_good_one_is_read(void **state)
{
	static const uint8_t BYTES[] = { 0x16, 0x03, 0x01, 0x15, 0xff };

	(void)state;
	assert_true(recording_parse(&recording, &error, SPAN_LITERAL(GOOD)));
	promises();
	assert_int_equal(recording.port, 10000);
	assert_int_equal(recording.peer, 0x0a000202);
	assert_int_equal(recording.peer_port, 40000);
	assert_false(recording.called);
	assert_int_equal(recording.module.len, strlen(MODULE));
	assert_memory_equal(recording.module.ptr, MODULE, strlen(MODULE));
	assert_true(recording.has_image && recording.image[1] == 0x11);
	assert_true(recording.has_seed && recording.seed[47] == 0x10 && recording.draws[0] == 7 && recording.draws[1] == 9);
	assert_int_equal(recording.boot_s, 1700000000);
	assert_int_equal(recording.begin_ns, 5);
	assert_int_equal(recording.num_pieces, 3);
	assert_memory_equal(recording.bytes, BYTES, sizeof BYTES);
	assert_true(!recording.pieces[0].out && recording.pieces[1].out && recording.has_out);
	assert_true(recording.end == RECORDING_FIN && recording.end_ns == 12);
	assert_true(parse(HEAD "chain main\naddress 1.2.3.4\nnetmask 255.0.0.0\ngateway 1.0.0.1\n" CLOCK "end 0 open\n"));
	promises();
	assert_true(!recording.has_seed && !recording.has_image && !recording.has_out && recording.num_pieces == 0);
}

static void
each_reason(void **state)
{
	static const struct { const char *text; enum recording_reason reason; unsigned line; } CASES[] = {
		{ "", RECORDING_BAD_FIRST_LINE, 1 },
		{ "pinata-transcript 2\n", RECORDING_BAD_FIRST_LINE, 1 },
		{ "pinata-transcript 1\nport 22\n", RECORDING_BAD_PORT, 2 },
		{ "pinata-transcript 1\nport 080\n", RECORDING_BAD_NUMBER, 2 },
		{ "pinata-transcript 1\nport 65616\n", RECORDING_BAD_NUMBER, 2 },
		{ "pinata-transcript 1\nrole accepted\n", RECORDING_BAD_LINE, 2 },
		{ "pinata-transcript 1\nport 443\nrole server\n", RECORDING_BAD_ROLE, 3 },
		{ "pinata-transcript 1\nport 443\nrole called\n", RECORDING_BAD_ROLE, 3 },
		{ "pinata-transcript 1\nport 443\nrole accepted\npeer 10.0.2:1\n", RECORDING_BAD_PEER, 4 },
		{ "pinata-transcript 1\nport 443\nrole accepted\npeer 10.0.2.256:1\n", RECORDING_BAD_PEER, 4 },
		{ "pinata-transcript 1\nport 443\nrole accepted\npeer 10.0.2.2:65536\n", RECORDING_BAD_PEER, 4 },
		{ HEAD "address 10.0.2.15\n", RECORDING_BAD_LINE, 5 },
		{ HEAD MODULE "image 00\n", RECORDING_BAD_HEX, 10 },
		{ HEAD MODULE "boot 253402300800\n", RECORDING_BAD_NUMBER, 10 },
		{ HEAD MODULE "boot 1\nbegin -1\n", RECORDING_BAD_NUMBER, 11 },
		{ HEAD MODULE CLOCK "seed 00\n", RECORDING_BAD_HEX, 12 },
		{ HEAD MODULE CLOCK SEED "in 1 00\n", RECORDING_BAD_LINE, 13 },
		{ HEAD MODULE CLOCK SEED "draws 7 7\n", RECORDING_BAD_NUMBER, 13 },
		{ HEAD MODULE CLOCK SEED "draws 7 72\n", RECORDING_BAD_NUMBER, 13 },
		{ HEAD MODULE CLOCK "in x 00\n", RECORDING_BAD_NUMBER, 12 },
		{ HEAD MODULE CLOCK "in 1 0\n", RECORDING_BAD_HEX, 12 },
		{ HEAD MODULE CLOCK "in 1 \n", RECORDING_BAD_HEX, 12 },
		{ HEAD MODULE CLOCK "in 1 0A\n", RECORDING_BAD_HEX, 12 },
		{ HEAD MODULE CLOCK "in 2 00\nout 1 00\n", RECORDING_BAD_TIME, 13 },
		{ HEAD MODULE CLOCK "in 2 00\nend 1 fin\n", RECORDING_BAD_TIME, 13 },
		{ HEAD MODULE CLOCK "end 1 close\n", RECORDING_BAD_END, 12 },
		{ HEAD MODULE CLOCK "end 1 open", RECORDING_BAD_LINE, 12 },
		{ HEAD MODULE CLOCK "end 1 open\n\n", RECORDING_TRAILING, 13 },
		{ HEAD "chain main\naddress 1.2.3.4\nnetmask 255.0.0.0\ngateway 1.0.0.1\n" CLOCK SEED "draws 1 2\n",
		    RECORDING_MAIN_WITH_SEED, 11 },
	};
	static char long_file[RECORDING_FILE_MAX + 1], many[256 + 8 * (RECORDING_PIECES_MAX + 1)];

	(void)state;
	for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
		assert_false(parse(CASES[i].text));
		assert_string_equal(recording_reason(error.reason), recording_reason(CASES[i].reason));
		assert_int_equal(error.line, CASES[i].line);
	}
	assert_false(parse_span(long_file, sizeof long_file));
	assert_int_equal(error.reason, RECORDING_TOO_LONG);
	strcpy(many, HEAD MODULE CLOCK);
	for (unsigned i = 0; i <= RECORDING_PIECES_MAX; i++)
		strcpy(many + strlen(HEAD MODULE CLOCK) + 8 * i, "in 1 00\n");
	assert_false(parse(many));
	assert_int_equal(error.reason, RECORDING_TOO_MANY);
	assert_int_equal(error.line, 12 + RECORDING_PIECES_MAX);
}

/* A module of 9,000 bytes is refused here; what its lines say is for the appliance's parser. */
static void
long_modules_are_refused(void **state)
{
	static char text[12000];

	(void)state;
	strcpy(text, HEAD "chain regtest\naddress 1\nnetmask 1\ngateway 1\npeer-authority ");
	memset(text + strlen(text), '0', 9000);
	strcat(text, "\n" CLOCK "end 0 open\n");
	assert_false(parse(text));
	assert_int_equal(error.reason, RECORDING_BAD_MODULE);
}

static void
no_part_of_it_is_one(void **state)
{
	(void)state;
	for (size_t len = 0; len < strlen(GOOD); len++)
		assert_false(parse_span(GOOD, len));
}

/* A changed byte may make another good file (a digit, or what the module's lines say), never one that breaks a promise. */
static void
changed_bytes(void **state)
{
	static const uint8_t MASKS[] = { 0x01, 0x80, 0xff };
	char text[] = GOOD;
	unsigned num_good = 0;

	(void)state;
	for (size_t i = 0; i < sizeof text - 1; i++)
		for (size_t j = 0; j < sizeof MASKS; j++) {
			text[i] = (char)(text[i] ^ MASKS[j]);
			if (parse_span(text, sizeof text - 1)) {
				promises();
				num_good++;
			}
			text[i] = (char)(text[i] ^ MASKS[j]);
		}
	assert_in_range(num_good, 100, 400);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_one_is_read),
		cmocka_unit_test(each_reason),
		cmocka_unit_test(long_modules_are_refused),
		cmocka_unit_test(no_part_of_it_is_one),
		cmocka_unit_test(changed_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
