/* boot_test.c: the boot module's parser: what it accepts, each refusal, truncations, mutations. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "appliance/boot.h"
#include "tests/appliance/module.h"

#define KEY_HEX		"00112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef"
#define SEED_HEX	"a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf"

enum { LINES = 9, SEAL_LEN = 74 };
static const char *const GOOD[LINES] = {
	"pinata-boot-module 1\n",
	"address 10.0.2.15\n",
	"netmask 255.255.255.0\n",
	"gateway 10.0.2.2\n",
	"chain regtest\n",
	"private-key " KEY_HEX "\n",
	"seed " SEED_HEX "\n",
	"peer-authority 3003010100\n",
	"server-authority 3003010101\n",
};

/* The good module with line `number` (from 1; 0: none) in other words. */
static struct module
with(unsigned number, const char *text)
{
	struct module module = { 0 };

	for (unsigned i = 0; i < LINES; i++)
		module_add(&module, i + 1 == number ? text : GOOD[i]);
	module_seal(&module);
	return module;
}

static bool
parse(struct boot *boot, struct boot_error *error, const struct module *module)
{
	/* An exact copy on the heap: the sanitizer sees every byte read beyond it. */
	uint8_t *copy = malloc(module->len == 0 ? 1 : module->len);
	bool ok;

	memcpy(copy, module->bytes, module->len);
	ok = boot_parse(boot, error, (struct span){ copy, module->len });
	free(copy);
	return ok;
}

static void
refused(const struct module *module, enum boot_reason reason, unsigned line)
{
	static const struct boot NOTHING;
	struct boot boot;
	struct boot_error error;

	memset(&boot, 0xa5, sizeof boot);
	assert_false(parse(&boot, &error, module));
	assert_int_equal(error.reason, reason);
	assert_int_equal(error.line, line);
	assert_memory_equal(&boot, &NOTHING, sizeof boot);
}

static void
refused_text(unsigned number, const char *text, enum boot_reason reason, unsigned line)
{
	struct module module = with(number, text);

	refused(&module, reason, line);
}

static void
accepts_the_example(void **state)
{
	static const uint8_t KEY_START[4] = { 0x00, 0x11, 0x22, 0x33 };
	struct module module = with(0, "");
	struct boot boot;
	struct boot_error error;

	(void)state;
	assert_true(parse(&boot, &error, &module));
	assert_int_equal(boot.address, 0x0a00020f);
	assert_int_equal(boot.netmask, 0xffffff00);
	assert_int_equal(boot.gateway, 0x0a000202);
	assert_int_equal(boot.chain, WALLET_REGTEST);
	assert_memory_equal(boot.private_key, KEY_START, sizeof KEY_START);
	assert_int_equal(boot.private_key[31], 0xef);
	assert_int_equal(boot.peer.der_len, 5);
	assert_memory_equal(boot.peer.der, "\x30\x03\x01\x01\x00", 5);
	assert_int_equal(boot.server.der_len, 5);
	assert_memory_equal(boot.server.der, "\x30\x03\x01\x01\x01", 5);
	assert_int_equal(boot.line[BOOT_PRIVATE_KEY], 6);
	assert_int_equal(boot.line[BOOT_CHECKSUM], 10);
}

/* Any order between the first and the last line; the authorities may be absent, each alone. */
static void
order_is_free(void **state)
{
	struct module module = { 0 };
	struct boot boot;
	struct boot_error error;

	(void)state;
	module_add(&module, GOOD[0]);
	for (unsigned i = 6; i >= 1; i--)
		module_add(&module, GOOD[i]);
	module_seal(&module);
	assert_true(parse(&boot, &error, &module));
	assert_int_equal(boot.address, 0x0a00020f);
	assert_int_equal(boot.line[BOOT_ADDRESS], 7);
	assert_int_equal(boot.peer.der_len, 0);
	module = with(8, "");
	assert_true(parse(&boot, &error, &module));
	assert_int_equal(boot.peer.der_len, 0);
	assert_int_equal(boot.server.der_len, 5);
}

/* The hash of the owner's leaf is optional, and exactly 32 bytes. */
static void
owner_leaf(void **state)
{
	struct module module = with(9, "owner-leaf " KEY_HEX "\n");
	struct boot boot;
	struct boot_error error;

	(void)state;
	assert_true(parse(&boot, &error, &module));
	assert_int_equal(boot.line[BOOT_OWNER_LEAF], 9);
	assert_memory_equal(boot.owner_leaf, boot.private_key, 32);
	module = with(9, "");
	assert_true(parse(&boot, &error, &module));
	assert_int_equal(boot.line[BOOT_OWNER_LEAF], 0);
	refused_text(9, "owner-leaf " KEY_HEX "00\n", BOOT_BAD_LENGTH, 9);
	refused_text(9, "owner-leaf 00\n", BOOT_BAD_LENGTH, 9);
}

static void
accepts_each_chain(void **state)
{
	static const struct { const char *text; enum wallet_chain chain; } CASES[] = {
		{ "chain signet\n", WALLET_SIGNET }, { "chain testnet4\n", WALLET_TESTNET4 },
		{ "chain main\n", WALLET_MAIN },
	};
	struct boot boot;
	struct boot_error error;

	(void)state;
	for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
		struct module module = { 0 };

		for (unsigned line = 0; line < 7; line++)
			module_add(&module, line == 4 ? CASES[i].text : GOOD[line]);
		module_seal(&module);
		assert_true(parse(&boot, &error, &module));
		assert_int_equal(boot.chain, CASES[i].chain);
	}
}

static void
refuses_bad_lines(void **state)
{
	(void)state;
	refused_text(1, "", BOOT_BAD_FIRST_LINE, 1);
	refused_text(1, "pinata-boot-module 2\n", BOOT_BAD_FIRST_LINE, 1);
	refused_text(1, "pinata-boot-module 1 \n", BOOT_BAD_FIRST_LINE, 1);
	refused_text(1, "pinata-boot-module 1\r\n", BOOT_BAD_FIRST_LINE, 1);
	refused_text(3, "\n", BOOT_BAD_LINE, 3);
	refused_text(3, "netmask\n", BOOT_BAD_LINE, 3);
	refused_text(3, "netmask \n", BOOT_BAD_LINE, 3);
	refused_text(3, " 255.255.255.0\n", BOOT_BAD_LINE, 3);
	refused_text(3, "# comment\n", BOOT_UNKNOWN_KEY, 3);
	refused_text(3, "Netmask 255.255.255.0\n", BOOT_UNKNOWN_KEY, 3);
	refused_text(3, "netmas 255.255.255.0\n", BOOT_UNKNOWN_KEY, 3);
	refused_text(3, "netmask\t255.255.255.0 x\n", BOOT_UNKNOWN_KEY, 3);
	refused_text(3, "address 10.0.2.16\n", BOOT_DOUBLE_KEY, 3);
	refused_text(9, "pinata-boot-module 1\n", BOOT_UNKNOWN_KEY, 9);
	refused_text(9, "checksum " KEY_HEX "\n", BOOT_DOUBLE_KEY, 9);
	refused_text(8, "server-authority 3003010101\n", BOOT_DOUBLE_KEY, 9);
}

static void
refuses_missing_keys(void **state)
{
	(void)state;
	for (unsigned line = 2; line <= 7; line++)
		refused_text(line, "", BOOT_MISSING_KEY, 9);
}

static void
refuses_bad_values(void **state)
{
	static const char *const NUMBERS[] = { "10.0.2", "10.0.2.15.1", "10.0.2.256", "10.0.2.015", "10..2.15",
	    ".0.2.15", "10.0.2.", "10.0.2.15 ", " 10.0.2.15", "10.0.2.-1", "10.0.2.1a", "4294967297.0.0.1",
	    "10.0.2.15\r", "00.0.2.15" };
	char line[128];

	(void)state;
	for (size_t i = 0; i < sizeof NUMBERS / sizeof NUMBERS[0]; i++) {
		snprintf(line, sizeof line, "address %s\n", NUMBERS[i]);
		refused_text(2, line, BOOT_BAD_NUMBER, 2);
		snprintf(line, sizeof line, "gateway %s\n", NUMBERS[i]);
		refused_text(4, line, BOOT_BAD_NUMBER, 4);
	}
	refused_text(5, "chain Main\n", BOOT_BAD_CHAIN, 5);
	refused_text(5, "chain testnet\n", BOOT_BAD_CHAIN, 5);
	refused_text(5, "chain main \n", BOOT_BAD_CHAIN, 5);
	refused_text(6, "private-key " KEY_HEX "0\n", BOOT_BAD_LENGTH, 6);
	refused_text(6, "private-key " KEY_HEX "00\n", BOOT_BAD_LENGTH, 6);
	refused_text(6, "private-key 00\n", BOOT_BAD_LENGTH, 6);
	refused_text(6, "private-key 0X112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef\n",
	    BOOT_BAD_HEX, 6);
	refused_text(7, "seed A0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf\n", BOOT_BAD_HEX, 7);
	refused_text(7, "seed a0\n", BOOT_BAD_LENGTH, 7);
	refused_text(8, "peer-authority 300\n", BOOT_BAD_LENGTH, 8);
	refused_text(8, "peer-authority 30g0\n", BOOT_BAD_HEX, 8);
	refused_text(9, "server-authority 3\n", BOOT_BAD_LENGTH, 9);
}

static void
refuses_bad_networks(void **state)
{
	(void)state;
	refused_text(3, "netmask 255.0.255.0\n", BOOT_BAD_NETMASK, 3);
	refused_text(3, "netmask 0.0.0.0\n", BOOT_BAD_NETMASK, 3);
	refused_text(3, "netmask 254.0.0.0\n", BOOT_BAD_NETMASK, 3);
	refused_text(3, "netmask 255.255.255.254\n", BOOT_BAD_NETMASK, 3);
	refused_text(3, "netmask 255.255.255.255\n", BOOT_BAD_NETMASK, 3);
	refused_text(2, "address 10.0.2.0\n", BOOT_BAD_ADDRESS, 2);
	refused_text(2, "address 10.0.2.255\n", BOOT_BAD_ADDRESS, 2);
	refused_text(2, "address 127.0.0.1\n", BOOT_BAD_ADDRESS, 2);
	refused_text(2, "address 0.0.2.15\n", BOOT_BAD_ADDRESS, 2);
	refused_text(2, "address 224.0.0.1\n", BOOT_BAD_ADDRESS, 2);
	refused_text(4, "gateway 10.0.3.2\n", BOOT_BAD_GATEWAY, 4);
	refused_text(4, "gateway 10.0.2.15\n", BOOT_BAD_GATEWAY, 4);
	refused_text(4, "gateway 10.0.2.0\n", BOOT_BAD_GATEWAY, 4);
	refused_text(4, "gateway 10.0.2.255\n", BOOT_BAD_GATEWAY, 4);
	refused_text(4, "gateway 0.0.0.0\n", BOOT_BAD_GATEWAY, 4);
	refused_text(5, "chain main\n", BOOT_MAIN_WITH_AUTHORITY, 5);
	refused_text(9, "server-authority 3003010100\n", BOOT_SAME_AUTHORITY, 9);
}

/* What is not two digits and a space, before the bits of the size that a careless reader would take it for. */
static void
no_such_size(const char *head, size_t size)
{
	size_t num_digits = 2 * ((size * size + 7) / 8), head_len = strlen(head);
	char line[512];

	memcpy(line, head, head_len);
	memset(line + head_len, '0', num_digits);
	memcpy(line + head_len + num_digits, "\n", 2);
	refused_text(8, line, BOOT_BAD_QR, 8);
}

/* A 21 x 21 code has 441 bits: 55 bytes and one bit. */
static void
qr_codes(void **state)
{
	static const char GOOD_QR[] =
	    "qr 21 " "ff00000000000000000000" "0000000000000000000000" "0000000000000000000000"
	    "0000000000000000000000" "0000000000000000000001" "80\n";
	static const char *const BAD[] = { "qr 21\n", "qr 21 \n", "qr 21 ff\n", "qr 1 80\n", "qr 01 80\n", "qr xx 80\n",
	    "qr 21ff\n" };
	char line[128];
	struct module module = with(8, GOOD_QR);
	struct boot boot;
	struct boot_error error;

	(void)state;
	assert_true(parse(&boot, &error, &module));
	assert_int_equal(boot.qr.size, 21);
	assert_int_equal(boot.qr.bits[0], 0xff);
	assert_int_equal(boot.qr.bits[54], 0x01);
	assert_int_equal(boot.qr.bits[55], 0x80);
	for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++)
		refused_text(8, BAD[i], BOOT_BAD_QR, 8);
	memcpy(line, GOOD_QR, sizeof GOOD_QR);
	memcpy(line + sizeof GOOD_QR - 4, "c0", 2);		/* a bit beyond the last module */
	refused_text(8, line, BOOT_BAD_QR, 8);
	memcpy(line, GOOD_QR, sizeof GOOD_QR);
	line[4] = '2';						/* no such size */
	refused_text(8, line, BOOT_BAD_QR, 8);
	line[3] = '9';
	line[4] = '7';						/* a size, but beyond what is taken */
	refused_text(8, line, BOOT_BAD_QR, 8);
	no_such_size("qr 3/ ", 29);
	no_such_size("qr 2= ", 33);
	no_such_size("qr L1 ", 25);
	no_such_size("qr 21:", 21);
}

static void
contacts(void **state)
{
	static const char *const BAD[] = { "contact a b\n", "contact <a>\n", "contact \"\n", "contact a&b\n",
	    "contact a\\b\n", "contact a\x7f\n", "contact a\xc3\xa9\n", "contact 'a'\n" };
	char line[BOOT_CONTACT_MAX + 16] = "contact ";
	struct module module = with(8, "contact mailto:pinata@example.org?subject=a%20b\n");
	struct boot boot;
	struct boot_error error;

	(void)state;
	assert_true(parse(&boot, &error, &module));
	assert_string_equal(boot.contact, "mailto:pinata@example.org?subject=a%20b");
	for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++)
		refused_text(8, BAD[i], BOOT_BAD_CONTACT, 8);
	memset(line + 8, 'a', BOOT_CONTACT_MAX);
	memcpy(line + 8 + BOOT_CONTACT_MAX, "\n", 2);
	module = with(8, line);
	assert_true(parse(&boot, &error, &module));
	memcpy(line + 8 + BOOT_CONTACT_MAX, "a\n", 3);
	refused_text(8, line, BOOT_BAD_CONTACT, 8);
}

/* Two words, exactly; without the line it is the prefix. */
static void
event_addresses(void **state)
{
	static const char *const BAD[] = { "event-address ful\n", "event-address fullx\n", "event-address Full\n", "event-address full \n",
	    "event-address prefix,full\n", "event-address 24\n", "event-address pref\n", "event-address prefix\r\n" };
	struct module module = with(8, "event-address full\n");
	struct boot boot;
	struct boot_error error;

	(void)state;
	assert_true(parse(&boot, &error, &module));
	assert_true(boot.full_addresses);
	module = with(8, "event-address prefix\n");
	assert_true(parse(&boot, &error, &module));
	assert_false(boot.full_addresses);
	module = with(8, "");
	assert_true(parse(&boot, &error, &module));
	assert_false(boot.full_addresses);
	for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++)
		refused_text(8, BAD[i], BOOT_BAD_EVENT_ADDRESS, 8);
	refused_text(8, "event-address full\nevent-address full\n", BOOT_DOUBLE_KEY, 9);
	refused_text(8, "event-address \n", BOOT_BAD_LINE, 8);
}

/* `main` refuses each authority alone, too. */
static void
main_refuses_each_authority(void **state)
{
	(void)state;
	for (unsigned absent = 7; absent <= 8; absent++) {
		struct module module = { 0 };

		for (unsigned line = 0; line < LINES; line++)
			if (line != absent)
				module_add(&module, line == 4 ? "chain main\n" : GOOD[line]);
		module_seal(&module);
		refused(&module, BOOT_MAIN_WITH_AUTHORITY, 5);
	}
}

/* The narrowest and the widest mask that are accepted, and hosts at the edges of the network. */
static void
accepts_edges_of_networks(void **state)
{
	static const char *const CASES[][3] = {
		{ "address 10.0.2.1\n", "netmask 255.255.255.252\n", "gateway 10.0.2.2\n" },
		{ "address 10.255.255.254\n", "netmask 255.0.0.0\n", "gateway 10.0.0.1\n" },
		{ "address 223.255.255.1\n", "netmask 255.255.255.0\n", "gateway 223.255.255.254\n" },
	};
	struct boot boot;
	struct boot_error error;

	(void)state;
	for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
		struct module module = { 0 };

		for (unsigned line = 0; line < LINES; line++)
			module_add(&module, line >= 1 && line <= 3 ? CASES[i][line - 1] : GOOD[line]);
		module_seal(&module);
		assert_true(parse(&boot, &error, &module));
	}
}

static void
checksum_line(void **state)
{
	struct module module = with(0, ""), longer = module;

	(void)state;
	module_add(&longer, "\n");
	refused(&longer, BOOT_NO_CHECKSUM, 11);
	longer = module;
	module_add(&longer, "x");
	refused(&longer, BOOT_NO_CHECKSUM, 11);
	longer = module;
	module_seal(&longer);				/* a second, right, checksum line */
	refused(&longer, BOOT_DOUBLE_KEY, 10);
	module.bytes[module.len - 2] = module.bytes[module.len - 2] == '0' ? '1' : '0';
	refused(&module, BOOT_BAD_CHECKSUM, 10);
	module.bytes[module.len - 2] = 'A';
	refused(&module, BOOT_BAD_HEX, 10);
	module.bytes[module.len - 1] = ' ';
	refused(&module, BOOT_NO_CHECKSUM, 10);
}

/* Authorities at their limit and one byte beyond; the module at its limit and one byte beyond. */
static void
limits(void **state)
{
	char line[2 * BOOT_AUTHORITY_MAX + 64] = "peer-authority ";
	struct module module, longer = { 0 };
	struct boot boot;
	struct boot_error error;
	size_t start = strlen(line), end = start + 2 * BOOT_AUTHORITY_MAX;

	(void)state;
	memset(line + start, 'a', 2 * BOOT_AUTHORITY_MAX);
	memcpy(line + end, "\n", 2);
	module = with(8, line);
	assert_true(parse(&boot, &error, &module));
	assert_int_equal(boot.peer.der_len, BOOT_AUTHORITY_MAX);
	memcpy(line + end, "aa\n", 4);
	refused_text(8, line, BOOT_BAD_LENGTH, 8);

	for (unsigned i = 0; i < LINES; i++)
		module_add(&longer, GOOD[i]);
	module_add(&longer, "x ");
	while (longer.len < BOOT_MODULE_MAX - SEAL_LEN - 1)
		module_add(&longer, "y");
	module_add(&longer, "\n");
	module = longer;
	module_seal(&module);
	assert_int_equal(module.len, BOOT_MODULE_MAX);
	refused(&module, BOOT_UNKNOWN_KEY, 10);		/* long, and read to that line */
	longer.bytes[longer.len - 1] = 'y';
	module_add(&longer, "\n");
	module_seal(&longer);
	refused(&longer, BOOT_TOO_LONG, 1);
}

static void
every_truncation(void **state)
{
	struct module module = with(0, "");
	struct boot boot;
	struct boot_error error;
	size_t len = module.len;

	(void)state;
	for (module.len = 0; module.len < len; module.len++)
		assert_false(parse(&boot, &error, &module));
}

/*
 * Every byte XOR 01, 80 and ff.  As it comes the checksum catches it; with the checksum made
 * anew the parser must see it, or what it says must differ from what the module said before.
 */
static void
every_mutation(void **state)
{
	static const uint8_t FLIPS[3] = { 0x01, 0x80, 0xff };
	const struct module module = with(0, "");
	struct boot want, boot;
	struct boot_error error;
	unsigned num_read = 0;

	(void)state;
	assert_true(parse(&want, &error, &module));
	for (size_t at = 0; at < module.len; at++)
		for (size_t flip = 0; flip < sizeof FLIPS; flip++) {
			struct module bad = module;

			bad.bytes[at] ^= FLIPS[flip];
			assert_false(parse(&boot, &error, &bad));
			if (at >= module.len - SEAL_LEN)
				continue;
			bad.len = module.len - SEAL_LEN;
			module_seal(&bad);
			if (!parse(&boot, &error, &bad))
				continue;
			num_read++;
			/* Only a digit of the seed may change and leave no trace: it is not kept. */
			if (memcmp(&boot, &want, sizeof want) == 0)
				assert_true(memmem(module.bytes, at, "seed ", 5) != NULL
				    && memmem(module.bytes, at, "peer", 4) == NULL);
		}
	assert_true(num_read > 50);
}

/* The refusal names line and reason, and no byte of any value. */
static void
refusals_say_why(void **state)
{
	static const char MISSING[] = "boot module refused: line 9: module ends without key gateway\n";
	static const char BAD[] = "boot module refused: line 6: not lowercase hex: private-key\n";
	uint8_t room[128];
	struct module module = with(4, "");
	struct boot boot;
	struct boot_error error;
	struct outbuf out = outbuf_of(room, sizeof room);

	(void)state;
	assert_false(parse(&boot, &error, &module));
	boot_refusal(&out, &error);
	assert_int_equal(out.len, sizeof MISSING - 1);
	assert_memory_equal(room, MISSING, out.len);
	module = with(6, "private-key X0112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef\n");
	assert_false(parse(&boot, &error, &module));
	out = outbuf_of(room, sizeof room);
	boot_refusal(&out, &error);
	assert_int_equal(out.len, sizeof BAD - 1);
	assert_memory_equal(room, BAD, out.len);
	for (unsigned reason = 0; reason < BOOT_NUM_REASONS; reason++) {
		error = (struct boot_error){ (enum boot_reason)reason, UINT32_MAX, BOOT_SERVER_AUTHORITY };
		out = outbuf_of(room, sizeof room);
		boot_refusal(&out, &error);
		assert_false(out.overflow);
		assert_true(out.len > sizeof "boot module refused: line 4294967295: \n");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts_the_example),
		cmocka_unit_test(order_is_free),
		cmocka_unit_test(accepts_each_chain), cmocka_unit_test(owner_leaf),
		cmocka_unit_test(refuses_bad_lines),
		cmocka_unit_test(refuses_missing_keys),
		cmocka_unit_test(refuses_bad_values),
		cmocka_unit_test(refuses_bad_networks),
		cmocka_unit_test(qr_codes),
		cmocka_unit_test(contacts), cmocka_unit_test(event_addresses),
		cmocka_unit_test(main_refuses_each_authority),
		cmocka_unit_test(accepts_edges_of_networks),
		cmocka_unit_test(checksum_line),
		cmocka_unit_test(limits),
		cmocka_unit_test(every_truncation),
		cmocka_unit_test(every_mutation),
		cmocka_unit_test(refusals_say_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
