/* page_test.c: every page: header, body, size, marks of practice; that nothing secret is in any of them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "appliance/events.h"
#include "appliance/identity.h"
#include "appliance/limits.h"
#include "appliance/page.h"
#include "appliance/proof.h"
#include "appliance/stats.h"
#include "platform/base/version.h"
#include "tests/appliance/fakes.h"
#include "tests/panics.h"

static const uint8_t SEED[32] = { 0xab };
static const uint8_t KEY[WALLET_KEY_LEN] = { [31] = 3 };
static struct boot boot;
static uint8_t room[PAGE_MAX];
static struct span page;

static const char *const TYPES[HTTP_NUM_PATHS] = {
	[HTTP_FRONT] = "text/html", [HTTP_CA] = "application/x-pem-file", [HTTP_STATUS] = "application/json",
	[HTTP_METRICS] = "text/plain; version=0.0.4", [HTTP_EVENTS] = "text/html", [HTTP_EVENTS_JSON] = "application/json",
	[HTTP_SCOREBOARD] = "text/html", [HTTP_ROBOTS] = "text/plain", [HTTP_SECURITY] = "text/plain",
	[HTTP_HANDSHAKE] = "text/html", [HTTP_PROOF] = "application/json",
};

static bool
has(const char *text) { return memmem(page.ptr, page.len, text, strlen(text)) != NULL; }

static size_t
count(const char *text)
{
	const uint8_t *at = page.ptr, *found;
	size_t num = 0;

	while ((found = memmem(at, page.len - (size_t)(at - page.ptr), text, strlen(text))) != NULL) {
		num++;
		at = found + 1;
	}
	return num;
}

static void
ask(enum http_status status, enum http_path path, bool head, bool persist)
{
	struct http_request request = { status, path, head, persist, { 0 } };

	memset(room, 0xa5, sizeof room);
	page = page_answer(room, &request, NULL, 90 * 1000000000ull);
}

static void
make(enum wallet_chain chain, size_t authority_len)
{
	boot = (struct boot){ .chain = chain, .peer = { .der_len = authority_len }, .contact = "mailto:a@b" };
	wallet_wipe();
	assert_true(wallet_init(chain, KEY, NULL, SEED));
	page_init(&boot, SEED, 1700000000);
}

static int
once(void **state)
{
	(void)state;
	make(WALLET_REGTEST, 0);
	identity_init(&boot, 1700000000);
	proof_init(SEED, 1700000000);
	return 0;
}

/* Splits off the body; the header's length field is right, or for HEAD what GET would say. */
static size_t
said_length(void)
{
	const char *at = memmem(page.ptr, page.len, "\r\nContent-Length: ", 18);

	assert_non_null(at);
	return strtoul(at + 18, NULL, 10);
}

static size_t
body_length(void)
{
	const uint8_t *body = memmem(page.ptr, page.len, "\r\n\r\n", 4);

	assert_non_null(body);
	return page.len - (size_t)(body + 4 - page.ptr);
}

static void
every_page_is_well_formed(void **state)
{
	(void)state;
	for (unsigned path = 0; path < HTTP_NUM_PATHS; path++) {
		char type[96];
		size_t length;

		ask(HTTP_200, (enum http_path)path, false, true);
		assert_memory_equal(page.ptr, "HTTP/1.1 200 OK\r\n", 17);
		snprintf(type, sizeof type, "\r\nContent-Type: %s", TYPES[path]);
		assert_true(has(type));
		length = said_length();
		assert_int_equal(length, body_length());
		assert_true(length > 0 && page.len < 40000);
		assert_true(has("\r\nX-Content-Type-Options: nosniff\r\n") && has("default-src 'none'"));
		assert_false(has("Connection: close") || has("<script") || has("http-equiv"));
		for (size_t i = 0; i < page.len; i++)
			assert_true(page.ptr[i] == '\n' || page.ptr[i] == '\r'
			    || (page.ptr[i] >= ' ' && page.ptr[i] <= '~'));
		ask(HTTP_200, (enum http_path)path, true, false);
		assert_int_equal(body_length(), 0);
		assert_int_equal(said_length(), length);
		assert_true(has("\r\nConnection: close\r\n"));
	}
}

static void
errors_are_short(void **state)
{
	static const char *const LINES[HTTP_NUM_STATUSES] = {
		[HTTP_400] = "HTTP/1.1 400 ", [HTTP_404] = "HTTP/1.1 404 ", [HTTP_405] = "HTTP/1.1 405 ",
		[HTTP_414] = "HTTP/1.1 414 ", [HTTP_429] = "HTTP/1.1 429 ",
	};

	(void)state;
	for (unsigned status = HTTP_400; status < HTTP_NUM_STATUSES; status++) {
		ask((enum http_status)status, HTTP_FRONT, false, false);
		assert_memory_equal(page.ptr, LINES[status], 13);
		assert_int_equal(said_length(), body_length());
		assert_true(page.len < 600);
		assert_int_equal(has("\r\nAllow: GET, HEAD\r\n"), status == HTTP_405);
	}
}

static void
practice_is_marked(void **state)
{
	(void)state;
	make(WALLET_REGTEST, 0);
	ask(HTTP_200, HTTP_FRONT, false, true);
	assert_true(has("bcrt1q0ht9tyks4vh7p5p904t340cr9nvahy7uevmqwj"));
	assert_true(has("<dd>regtest</dd>") && has("This is practice") && has("<dd>practice</dd>"));
	assert_false(has("mempool.space"));
	make(WALLET_SIGNET, 9);
	ask(HTTP_200, HTTP_FRONT, false, true);
	assert_true(has("<dd>signet</dd>") && has("This is practice") && has("mempool.space/signet/address/tb1q"));
	assert_true(has("<dd>practice, open to an outside authority</dd>"));
	make(WALLET_MAIN, 0);
	ask(HTTP_200, HTTP_FRONT, false, true);
	assert_true(has("<dd>main</dd>") && has("<dd>live</dd>") && has("mempool.space/address/bc1q"));
	assert_false(has("This is practice") || has("<dd>practice"));
	ask(HTTP_200, HTTP_STATUS, false, true);
	assert_true(has("\"mode\": \"live\"") && has("\"chain\": \"main\""));
	make(WALLET_REGTEST, 0);
}

/* The largest front page: the largest code with the most runs, counters at their largest. */
static void
largest_pages_fit(void **state)
{
	struct boot big;

	(void)state;
	make(WALLET_REGTEST, 9);
	big = boot;
	big.qr.size = BOOT_QR_MAX;
	memset(big.qr.bits, 0xaa, sizeof big.qr.bits);
	page_init(&big, SEED, 1700000000);
	ask(HTTP_200, HTTP_FRONT, false, true);
	assert_true(has("<svg class=\"qr\"") && has("M0 0h1v1h-1z") && has("viewBox=\"-4 -4 49 49\""));
	for (unsigned i = 0; i < 2 * EVENTS_KEPT; i++)
		events_log(i, EVENTS_TLS_FAILED, 65535, (struct events_peer){ 0xffffffff, 65535 }, 7);
	for (unsigned code = 0; code <= UINT8_MAX; code++)
		stats_count_failure((uint8_t)code);
	for (unsigned path = 0; path < HTTP_NUM_PATHS; path++)
		ask(HTTP_200, (enum http_path)path, false, true);	/* overflow would panic */
	ask(HTTP_200, HTTP_SCOREBOARD, false, true);
	assert_int_equal(count("<svg class=\"bar\""), PAGE_CLASSES_MAX + 1);
	make(WALLET_REGTEST, 0);
}

static void
contents(void **state)
{
	(void)state;
	ask(HTTP_200, HTTP_STATUS, false, true);
	assert_true(has("\"boot_time\": \"2023-11-14T22:13:20Z\"") && has("\"uptime_s\": 90"));
	assert_true(has("\"image_sha256\": \"ab00000000"));
	assert_true(has("\"version\": \"" BASE_VERSION "\",\n  \"build_id\": \"ab00000000000000000000000000000000000000\",\n"));
	assert_true(has("\"web\": \"") && has("\"server\": \"") && has("\"peer\": \""));
	ask(HTTP_200, HTTP_METRICS, false, true);
	assert_true(has("\npinata_connections_total{port=\"10000\",outcome=\"prize\"} 0\n"));
	assert_true(has("\npinata_frames_total{direction=\"in\"} 12\n") && has("\npinata_uptime_seconds 90\n"));
	assert_true(has("\npinata_tls_failures_total{class=\"seven\"} 1\n"));
	assert_true(has("\npinata_clock_seconds 1700000000\n"));
	assert_true(has("\npinata_certificate_not_after_seconds 1734387200\n"));	/* 398 days later */
	assert_true(has("\npinata_build_info{version=\"" BASE_VERSION "\",build=\"ab00000000000000000000000000000000000000\"} 1\n"));
	ask(HTTP_200, HTTP_FRONT, false, true);
	assert_true(has("<dt>Version</dt><dd>" BASE_VERSION "</dd>") && has("<dt>Build</dt><dd><code>ab00000000000000000000000000000000000000</code>"));
	ask(HTTP_200, HTTP_SCOREBOARD, false, true);
	assert_true(has(">seven<svg class=\"bar\"") && has("<td class=\"n\">1</td>"));
	ask(HTTP_200, HTTP_SECURITY, false, true);
	assert_true(has("Contact: mailto:a@b\nExpires: 2023-12-14T22:14:50Z\n"));
	ask(HTTP_200, HTTP_CA, false, true);
	/* "Pinata web authority" is what the fake writes for a certificate. */
	assert_true(has("-----BEGIN CERTIFICATE-----\nUGluYXRhIHdlYiBhdXRob3JpdHk=\n-----END CERTIFICATE-----\n"));
	assert_true(has("UGluYXRhIHNlcnZlciBhdXRob3JpdHk=") && !has("UGluYXRhIHBlZXI"));
}

/* The newest first, addresses cut; the oldest fell out of the ring. */
static void
events_are_shown(void **state)
{
	(void)state;
	for (unsigned i = 0; i < EVENTS_KEPT; i++)
		events_log(60000000000ull + i, EVENTS_TIMED_OUT, (uint16_t)(1000 + i), (struct events_peer){ 0x01020304, 5 }, 0);
	events_log(61000000000ull, EVENTS_TLS_FAILED, 10000, (struct events_peer){ 0xc0a80163, 5 }, 7);
	assert_int_equal(events_num(), EVENTS_KEPT);
	assert_int_equal(events_last(0)->port, 10000);
	assert_int_equal(events_last(EVENTS_KEPT - 1)->port, 1001);
	assert_panics((void)events_last(EVENTS_KEPT));
	ask(HTTP_200, HTTP_EVENTS_JSON, false, true);
	assert_true(has("[\n{\"time\":\"2023-11-14T22:14:21Z\",\"port\":10000,\"from\":\"192.168.1.0/24\","
	    "\"event\":\"tls-failed\",\"error\":\"seven\"},\n"));
	assert_false(has("1000,") || has("1.2.3.4"));
	ask(HTTP_200, HTTP_EVENTS, false, true);
	assert_true(has("<td>192.168.1.0/24</td><td>tls-failed: seven</td>"));
}

static void
no_contact_no_file(void **state)
{
	struct boot silent = boot;

	(void)state;
	silent.contact[0] = '\0';
	page_init(&silent, SEED, 1700000000);
	ask(HTTP_200, HTTP_SECURITY, false, true);
	assert_memory_equal(page.ptr, "HTTP/1.1 404 ", 13);
}

static void
no_secret_in_any(void **state)
{
	(void)state;
	for (unsigned path = 0; path < HTTP_NUM_PATHS; path++) {
		ask(HTTP_200, (enum http_path)path, false, true);
		assert_false(has("cMahea7zqjxrtgAbB7LSGbcQUr1uX1ojuat9jZodMN87KcLPVfXz"));
		assert_false(has("00000000000000000000000000000003"));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_page_is_well_formed),
		cmocka_unit_test(errors_are_short),
		cmocka_unit_test(practice_is_marked),
		cmocka_unit_test(largest_pages_fit),
		cmocka_unit_test(contents),
		cmocka_unit_test(events_are_shown),
		cmocka_unit_test(no_contact_no_file),
		cmocka_unit_test(no_secret_in_any),
	};

	return cmocka_run_group_tests(tests, once, NULL);
}
