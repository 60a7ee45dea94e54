/* identity_test.c: which certificates are asked for, who signs them, and which role trusts whom. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#define FAKE_CERT_MAKE
#include "appliance/identity.h"
#include "tests/appliance/fakes.h"
#include "tests/panics.h"

/* What was asked of tls_cert_make. */
static struct made {
	struct tls_cert_request request;
	uint8_t subject, issuer_scalar, issuer_point;
} made[32];
static size_t num_made;

void
tls_cert_make(struct outbuf *der, const struct tls_cert_request *request, const uint8_t subject[TLS_POINT_LEN],
    const struct tls_key *issuer)
{
	made[num_made] = (struct made){ *request, subject[0], issuer->scalar[0], issuer->point[0] };
	outbuf_uint(der, 0xc0 + num_made++, 1);		/* the "certificate": its number */
}

enum { WEB_AUTHORITY, WEB, SERVER_AUTHORITY, SERVER, PEER_AUTHORITY, PEER, NUM_MADE };

static int
once(void **state)
{
	static const struct boot BOOT = {
		.address = 0x0a00020f,
		.peer = { .der_len = 3, .der = "PPP" },
	};

	(void)state;
	identity_init(&BOOT, 1700000000);
	return num_made == NUM_MADE ? 0 : 1;
}

static void
authorities_sign_themselves(void **state)
{
	static const int AUTHORITIES[] = { WEB_AUTHORITY, SERVER_AUTHORITY, PEER_AUTHORITY };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		const struct made *it = &made[AUTHORITIES[i]];

		assert_int_equal(it->request.kind, TLS_CERT_AUTHORITY);
		assert_string_equal(it->request.common_name, it->request.issuer_name);
		assert_int_equal(it->subject, it->issuer_point);
		assert_null(it->request.dns_name);
		for (size_t j = 0; j < i; j++) {
			assert_int_not_equal(it->issuer_scalar, made[AUTHORITIES[j]].issuer_scalar);
			assert_string_not_equal(it->request.common_name, made[AUTHORITIES[j]].request.common_name);
		}
	}
}

static void
ours_are_signed_by_their_role(void **state)
{
	static const int OURS[][2] = { { WEB, WEB_AUTHORITY }, { SERVER, SERVER_AUTHORITY }, { PEER, PEER_AUTHORITY } };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		const struct made *it = &made[OURS[i][0]], *authority = &made[OURS[i][1]];

		assert_int_equal(it->request.kind, OURS[i][0] == PEER ? TLS_CERT_CLIENT : TLS_CERT_SERVER);
		assert_string_equal(it->request.issuer_name, authority->request.common_name);
		assert_int_equal(it->issuer_scalar, authority->issuer_scalar);
		assert_int_not_equal(it->subject, it->issuer_point);
		assert_int_equal(it->request.ipv4, 0x0a00020f);
		assert_string_equal(it->request.dns_name, "pinata");
	}
	assert_int_not_equal(made[WEB].subject, made[SERVER].subject);
}

/* A day before boot to 398 days after; serials differ. */
static void
validity_and_serials(void **state)
{
	(void)state;
	assert_int_equal(identity_not_after_s(), 1700000000 + 398 * 86400);
	for (size_t i = 0; i < NUM_MADE; i++) {
		assert_int_equal(made[i].request.not_before_s, 1700000000 - 86400);
		assert_int_equal(made[i].request.not_after_s, 1700000000 + 398 * 86400);
		for (size_t j = 0; j < i; j++)
			assert_memory_not_equal(made[i].request.serial, made[j].request.serial, 16);
	}
}

/* The prize's service shows the server's certificate and trusts peers' authorities alone. */
static void
roles_do_not_mix(void **state)
{
	const struct tls_config *config = identity_config(services_find(10000)), *web = identity_config(services_find(443));

	(void)state;
	assert_int_equal(config->num_protocols, 1);
	assert_ptr_equal(config->protocols[0], &tls13_server_client_cert_required);
	assert_int_equal(config->num_credentials, 1);
	assert_int_equal(config->credentials[0].num_chain, 1);
	assert_int_equal(config->credentials[0].chain[0].ptr[0], 0xc0 + SERVER);
	assert_int_equal(config->credentials[0].private_key.len, TLS_KEY_LEN);
	assert_int_equal(config->credentials[0].private_key.ptr[0], (uint8_t)~made[SERVER].subject);
	for (uint16_t port = 10001; port <= 10002; port++) {
		const struct tls_config *client = identity_config(services_find(port));

		assert_ptr_equal(client->protocols[0], &tls13_client);
		assert_int_equal(client->num_protocols, 1);
		assert_int_equal(client->credentials[0].chain[0].ptr[0], 0xc0 + PEER);
		assert_int_equal(client->num_anchors, 1);
		assert_int_equal(client->anchors[0].cert.ptr[0], 0xc0 + SERVER_AUTHORITY);
	}
	assert_int_equal(web->num_credentials, 1);
	assert_int_equal(web->credentials[0].chain[0].ptr[0], 0xc0 + WEB);
	assert_int_equal(web->credentials[0].private_key.ptr[0], (uint8_t)~made[WEB].subject);
	assert_int_equal(web->num_anchors, 0);
	assert_ptr_equal(web->protocols[0], &tls13_server);
	assert_int_equal(config->num_anchors, 2);
	assert_int_equal(config->anchors[0].cert.ptr[0], 0xc0 + PEER_AUTHORITY);
	assert_int_equal(config->anchors[1].cert.len, 3);
	assert_memory_equal(config->anchors[1].cert.ptr, "PPP", 3);
	assert_int_equal(identity_authority(SERVICE_PEER).ptr[0], 0xc0 + PEER_AUTHORITY);
	assert_panics((void)identity_config(services_find(80)));
}

/*
 * Renewal: a month before the end, or when the clock says that it has not begun; not more often
 * than the pause; new keys under new authorities; who has the old configuration may go on.
 */
static void
renewal(void **state)
{
	const uint64_t born_s = 1700000000, day_s = 86400, end_s = born_s + 368 * day_s;
	const struct tls_config *old = identity_config(services_find(10000)), *new;
	uint64_t now_ns = 5;

	(void)state;
	assert_false(identity_renew(born_s, now_ns));
	assert_false(identity_renew(end_s - 1, now_ns));
	assert_false(identity_renew(born_s - day_s, now_ns));
	assert_int_equal(num_made, NUM_MADE);
	assert_true(identity_renew(end_s, now_ns));
	assert_int_equal(num_made, 2 * NUM_MADE);
	new = identity_config(services_find(10000));
	assert_ptr_not_equal(old, new);
	assert_int_equal(old->credentials[0].chain[0].ptr[0], 0xc0 + SERVER);
	assert_int_equal(old->anchors[0].cert.ptr[0], 0xc0 + PEER_AUTHORITY);
	assert_int_equal(new->credentials[0].chain[0].ptr[0], 0xc0 + NUM_MADE + SERVER);
	assert_int_equal(new->anchors[0].cert.ptr[0], 0xc0 + NUM_MADE + PEER_AUTHORITY);
	assert_int_equal(new->num_anchors, 2);		/* the one from outside stays */
	assert_int_equal(identity_authority(SERVICE_WEB).ptr[0], 0xc0 + NUM_MADE + WEB_AUTHORITY);
	for (size_t i = NUM_MADE; i < 2 * NUM_MADE; i++) {
		assert_int_equal(made[i].request.not_before_s, end_s - day_s);
		assert_int_equal(made[i].request.not_after_s, end_s + 398 * day_s);
		for (size_t j = 0; j < NUM_MADE; j++) {
			assert_int_not_equal(made[i].subject, made[j].subject);
			assert_int_not_equal(made[i].issuer_scalar, made[j].issuer_scalar);
		}
	}
	/* The clock leaps back: wait for the pause, then begin anew. */
	now_ns += IDENTITY_PAUSE_NS - 1;
	assert_false(identity_renew(born_s, now_ns));
	assert_true(identity_renew(born_s, now_ns + 1));
	assert_ptr_equal(identity_config(services_find(10000)), old);
	assert_int_equal(old->num_anchors, 2);
	assert_false(identity_renew(born_s, now_ns + 1 + IDENTITY_PAUSE_NS));
}

/* A mad clock, asked all the time: one renewal in a pause, whatever it says. */
static void
mad_clock(void **state)
{
	static const uint64_t SAYS[] = { 0, UINT64_MAX, 1700000000, 1, UINT64_MAX - 86400 };
	uint64_t now_ns = 10 * IDENTITY_PAUSE_NS;
	size_t before = num_made;

	(void)state;
	for (unsigned i = 0; i < 2000; i++)
		(void)identity_renew(SAYS[i % 5], now_ns + i * (IDENTITY_PAUSE_NS / 1000));
	assert_int_equal(num_made, before + 2 * NUM_MADE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(authorities_sign_themselves),
		cmocka_unit_test(ours_are_signed_by_their_role),
		cmocka_unit_test(validity_and_serials),
		cmocka_unit_test(roles_do_not_mix),
		cmocka_unit_test(renewal), cmocka_unit_test(mad_clock),
	};

	return cmocka_run_group_tests(tests, once, NULL);
}
