/* page_handshake_test.c: the drawing and the table of a handshake with and without a retry, the lists, the largest page, no TLS. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "appliance/limits.h"
#include "appliance/page_handshake.h"

static uint8_t room[PAGE_MAX];
static struct span page;
static struct tls_info info;
static struct tls_trace trace;
static uint32_t flight_us[TLS_TRACE_FLIGHTS];
static uint64_t now_us;

static void
draw(void)
{
	struct page_visit visit = { &info, &trace, flight_us, now_us };
	struct outbuf out = outbuf_of(room, sizeof room);

	page_handshake(&out, &visit);
	assert_false(out.overflow);
	page = outbuf_span(&out);
	for (size_t i = 0; i < page.len; i++)
		assert_true(page.ptr[i] == '\n' || (page.ptr[i] >= ' ' && page.ptr[i] <= '~'));
}

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

static bool
has(const char *text) { return count(text) > 0; }

static void
say(bool sent, uint8_t kind, uint16_t len)
{
	uint8_t num = trace.num_messages++;

	if ((num == 0 || trace.message[num - 1].sent != sent) && trace.num_flights < TLS_TRACE_FLIGHTS)
		trace.num_flights++;
	trace.message[num] = (struct tls_trace_message){ kind, (uint8_t)(trace.num_flights - 1), sent, len };
}

static void
offer(struct tls_trace_list *list, uint16_t code)
{
	if (list->num < TLS_TRACE_CODES)
		list->code[list->num] = code;
	list->num++;
}

static void
begin(void)
{
	info = (struct tls_info){ .version = 0x0304, .suite = 0x1303, .group = 0x0017, .scheme = 0x0403 };
	trace = (struct tls_trace){ 0 };
	for (uint32_t i = 0; i < TLS_TRACE_FLIGHTS; i++)
		flight_us[i] = 1000 * i + 250;
	now_us = 12345678;
}

static void
end(void)
{
	say(true, 2, 90);
	say(true, TLS_TRACE_CCS, 1);
	say(true, 8, 6);
	say(true, 11, 460);
	say(true, 15, 79);
	say(true, 20, 36);
	say(false, TLS_TRACE_CCS, 1);
	say(false, 20, 36);
	offer(&trace.versions, 0x0304);
	offer(&trace.suites, 0x6a6a);
	offer(&trace.suites, 0x1301);
	offer(&trace.suites, 0x1303);
	offer(&trace.groups, 0x0017);
	offer(&trace.shares, 0x0017);
	offer(&trace.schemes, 0x0403);
	offer(&trace.schemes, 0xfe77);
}

static void
plain_handshake(void **state)
{
	(void)state;
	begin();
	say(false, 1, 517);
	end();
	draw();
	assert_true(has(">ClientHello, 517 B</text>") && has(">ServerHello, 90 B</text>") && has(">your request</text>"));
	assert_true(has("<title id=\"seq-t\">") && has("<desc id=\"seq-d\">11 messages") && has("role=\"img\" aria-labelledby=\"seq-t seq-d\""));
	assert_false(has("HelloRetryRequest"));
	/* Eleven arrows: clear before ServerHello and for change_cipher_spec, then locked. */
	assert_int_equal(count("class=\"k0\""), 4);
	assert_int_equal(count("class=\"k1\""), 5);
	assert_int_equal(count("class=\"k2\""), 2);
	assert_int_equal(count("h8v-6h-8z"), 7);
	assert_int_equal(count("from here: "), 2);
	/* A time for each flight and for the request, in milliseconds with one digit. */
	assert_int_equal(count("class=\"at\""), 4);
	assert_true(has(">0.2 ms</text>") && has(">1.2 ms</text>") && has(">2.2 ms</text>") && has(">12345.6 ms</text>"));
	assert_true(has("<tr><td>1.2</td><td>Pi&ntilde;ata</td><td>Certificate</td><td>460</td><td>handshake</td></tr>\n"));
	assert_true(has("<tr><td>2.2</td><td>you</td><td>change_cipher_spec</td><td>1</td><td>in clear</td></tr>\n"));
	assert_true(has("<tr><td>12345.6</td><td>Pi&ntilde;ata</td><td>this page</td><td></td><td>application</td></tr>\n"));
	assert_true(has("<code>0x1303 TLS_CHACHA20_POLY1305_SHA256</code> <strong>chosen</strong>"));
	assert_true(has("<li><code>0x6a6a GREASE</code></li>") && has("<li><code>0xfe77</code></li>"));
	assert_true(has("<dd><code>0x0017 secp256r1</code><br>The first of ours"));
	assert_true(has("<h3>Cipher suites (3)</h3>") && !has(" more</li>"));
}

/* The first of two ServerHellos asks again; nothing is locked before the second. */
static void
with_a_retry(void **state)
{
	(void)state;
	begin();
	info.hello_retry = true;
	say(false, 1, 517);
	say(true, 2, 88);
	say(true, TLS_TRACE_CCS, 1);
	say(false, 1, 549);
	end();
	draw();
	assert_true(has(">HelloRetryRequest, 88 B</text>") && has(">ServerHello, 90 B</text>") && has(">ClientHello, 549 B</text>"));
	assert_int_equal(count("class=\"k0\""), 7);
	assert_int_equal(count("class=\"at\""), 6);
	assert_true(has(">4.2 ms</text>"));
	assert_true(has("You sent no key share for x25519 or secp256r1"));
}

/* All that a trace and a clock can hold. */
static void
largest(void **state)
{
	struct tls_trace_list *lists[] = { &trace.versions, &trace.suites, &trace.groups, &trace.shares, &trace.schemes };

	(void)state;
	begin();
	now_us = UINT64_MAX;
	for (unsigned i = 0; i < TLS_TRACE_MESSAGES; i++)
		say(i % 2 != 0, i == 1 ? 2 : 255, UINT16_MAX);
	for (unsigned i = 0; i < sizeof lists / sizeof lists[0]; i++)
		for (unsigned j = 0; j < UINT16_MAX; j++)
			offer(lists[i], 0xcca9);
	draw();
	assert_true(page.len < PAGE_MAX - 1024);
	assert_int_equal(count("<li>and 65503 more</li>"), 5);
	assert_int_equal(count("<td>change_cipher_spec</td>"), TLS_TRACE_MESSAGES - 1);
}

/* Nothing was said: still a page. */
static void
empty(void **state)
{
	(void)state;
	begin();
	info = (struct tls_info){ 0 };
	draw();
	assert_true(has("<desc id=\"seq-d\">2 messages") && has("<h3>Versions (0)</h3>"));
}

static void
without_tls(void **state)
{
	struct outbuf out = outbuf_of(room, sizeof room);

	(void)state;
	page_handshake(&out, NULL);
	page = outbuf_span(&out);
	assert_true(has("on port 443") && !has("<figure") && has("</html>"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_handshake), cmocka_unit_test(with_a_retry), cmocka_unit_test(largest), cmocka_unit_test(empty),
		cmocka_unit_test(without_tls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
