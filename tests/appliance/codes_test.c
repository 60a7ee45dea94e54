/* codes_test.c: names of numbers: each list's first and last, the unknown, GREASE, and every number of every kind. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "appliance/codes.h"

static const char *
text(enum codes_kind kind, unsigned code)
{
	static char room[80];
	struct outbuf out = outbuf_of((uint8_t *)room, sizeof room - 1);

	codes_write(&out, kind, (uint16_t)code);
	assert_false(out.overflow);
	room[out.len] = '\0';
	return room;
}

static void
known(void **state)
{
	(void)state;
	assert_string_equal(text(CODES_VERSION, 0x0304), "0x0304 TLS 1.3");
	assert_string_equal(text(CODES_VERSION, 0x0300), "0x0300 SSL 3.0");
	assert_string_equal(text(CODES_SUITE, 0x1301), "0x1301 TLS_AES_128_GCM_SHA256");
	assert_string_equal(text(CODES_SUITE, 0x000a), "0x000a TLS_RSA_WITH_3DES_EDE_CBC_SHA");
	assert_string_equal(text(CODES_GROUP, 0x001d), "0x001d x25519");
	assert_string_equal(text(CODES_GROUP, 0x11ec), "0x11ec X25519MLKEM768");
	assert_string_equal(text(CODES_SCHEME, 0x0403), "0x0403 ecdsa_secp256r1_sha256");
	assert_string_equal(text(CODES_SCHEME, 0x0201), "0x0201 rsa_pkcs1_sha1");
	assert_memory_equal(codes_message(1).ptr, "ClientHello", 11);
	assert_int_equal(codes_message(255).len, 18);
	assert_int_equal(codes_message(24).len, 0);
}

/* A number is a number: no list answers for another's. */
static void
unknown(void **state)
{
	(void)state;
	assert_string_equal(text(CODES_VERSION, 0x1301), "0x1301");
	assert_string_equal(text(CODES_SUITE, 0x001d), "0x001d");
	assert_string_equal(text(CODES_GROUP, 0), "0x0000");
	assert_string_equal(text(CODES_SCHEME, 0xffff), "0xffff");
}

/* Every number of every kind: sixteen are GREASE; what is written needs no escaping; as many names as the lists have. */
static void
every_number(void **state)
{
	static const unsigned NAMED[CODES_NUM_KINDS] = { 5, 22, 13, 19 };

	(void)state;
	for (unsigned kind = 0; kind < CODES_NUM_KINDS; kind++) {
		unsigned num = 0, num_grease = 0;

		for (unsigned code = 0; code <= UINT16_MAX; code++) {
			const char *said = text((enum codes_kind)kind, code);
			unsigned digits;
			int end = 0;

			assert_int_equal(sscanf(said, "0x%4x%n", &digits, &end), 1);
			assert_int_equal(digits, code);
			assert_int_equal(end, 6);
			num += strlen(said) > 6 && strcmp(said + 6, " GREASE") != 0;
			num_grease += strcmp(said + 6, " GREASE") == 0;
			assert_int_equal(strspn(said + 6, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_. "), strlen(said + 6));
		}
		assert_int_equal(num, NAMED[kind]);
		assert_int_equal(num_grease, 16);
	}
	assert_string_equal(text(CODES_SUITE, 0x0a0a), "0x0a0a GREASE");
	assert_string_equal(text(CODES_SUITE, 0xfafa), "0xfafa GREASE");
	assert_string_equal(text(CODES_SUITE, 0x0afa), "0x0afa");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known), cmocka_unit_test(unknown), cmocka_unit_test(every_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
