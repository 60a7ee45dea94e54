/*
 * role_matrix_test.c: every certificate of this machine at every port of it.
 *
 * The first Pinata had one authority for all roles: whoever had relayed its own certificates and found a way to
 * use them elsewhere would have been its peer.  Here each row of the service table meets each role's own
 * certificate, with its key, as only a thief of the machine's memory could show it.
 *
 * Performed over the appliance's own configurations: at 443 nobody is asked and nobody is anybody; at
 * 10000 the peer's certificate alone opens, at 10001 and 10002 the server's alone.
 */
#include "appliance/identity.h"
#include "appliance/policy.h"
#include "platform/platform.h"
#include "tests/attacks/relay.h"

enum { NOT_REFUSED = 0 };

static struct relay relay;

void
plat_seed(uint8_t seed[PLAT_SEED_LEN])
{
	static uint8_t count;

	memset(seed, ++count, PLAT_SEED_LEN);
}

/* Whose configuration shows the certificate of a role. */
static const uint16_t SHOWN_AT[SERVICE_NUM_ROLES] = { [SERVICE_WEB] = 443, [SERVICE_SERVER] = 10000, [SERVICE_PEER] = 10002 };

static const struct {
	uint16_t port;
	uint8_t alerts[SERVICE_NUM_ROLES];	/* to who shows nothing (a server always shows something), web, server, peer */
} EXPECTED[] = {
	{ 443,   { NOT_REFUSED, NOT_REFUSED, NOT_REFUSED, NOT_REFUSED } },
	{ 10000, { ALERT_CERTIFICATE_REQUIRED, ALERT_UNSUPPORTED_CERTIFICATE, ALERT_UNSUPPORTED_CERTIFICATE, NOT_REFUSED } },
	{ 10001, { NOT_REFUSED, ALERT_UNKNOWN_CA, NOT_REFUSED, ALERT_UNSUPPORTED_CERTIFICATE } },
	{ 10002, { NOT_REFUSED, ALERT_UNKNOWN_CA, NOT_REFUSED, ALERT_UNSUPPORTED_CERTIFICATE } },
};

static int
once(void **state)
{
	static const struct boot BOOT = { .address = 0x0a00020f };

	(void)state;
	identity_init(&BOOT, PEER_NOW);
	return 0;
}

/* The visitor trusts every authority of the machine, so that he never is the one who refuses. */
static void
trust_all(struct tls_config *config, struct tls_anchor anchors[SERVICE_NUM_ROLES - 1])
{
	for (unsigned role = SERVICE_WEB; role < SERVICE_NUM_ROLES; role++)
		anchors[role - 1].cert = identity_authority((enum service_role)role);
	config->anchors = anchors;
	config->num_anchors = SERVICE_NUM_ROLES - 1;
}

/* The handshake of one row with a visitor who shows one role's certificate.  The machine's end. */
static const struct relay_end *
meet(const struct service *service, enum service_role shown)
{
	static struct tls_anchor anchors[SERVICE_NUM_ROLES - 1];
	bool serves = service->begins == SERVICE_WAITS;
	struct tls_config *visitor = serves ? &relay.client_config : &relay.server_config;
	struct tls_config *machine = serves ? &relay.server_config : &relay.client_config;

	relay_configure(&relay, 13, false);
	*machine = *identity_config(service);
	trust_all(visitor, anchors);
	visitor->num_credentials = shown != SERVICE_NOBODY;
	if (shown != SERVICE_NOBODY)
		visitor->credentials = identity_config(services_find(SHOWN_AT[shown]))->credentials;
	relay_start(&relay);
	for (unsigned i = 0; i < 3; i++) {
		relay_pass(&relay.client, &relay.server);
		relay_pass(&relay.server, &relay.client);
	}
	return serves ? &relay.server : &relay.client;
}

static void
each_row_takes_one_role(void **state)
{
	unsigned num_prizes = 0;

	(void)state;
	for (size_t i = 0; i < sizeof EXPECTED / sizeof EXPECTED[0]; i++) {
		const struct service *service = services_find(EXPECTED[i].port);

		for (unsigned shown = service->begins == SERVICE_WAITS ? SERVICE_NOBODY : SERVICE_WEB; shown < SERVICE_NUM_ROLES; shown++) {
			const struct relay_end *end = meet(service, (enum service_role)shown);
			bool proved = tls_peer(end->conn) != NULL;

			assert_int_equal(tls_failure(end->conn)->alert, EXPECTED[i].alerts[shown]);
			assert_int_equal(end->num_established, EXPECTED[i].alerts[shown] == NOT_REFUSED);
			assert_int_equal(proved, service->peer_proves != SERVICE_NOBODY && service->peer_proves == shown);
			num_prizes += policy_decide(service, POLICY_ESTABLISHED, proved ? POLICY_PROVED : POLICY_NOBODY) == POLICY_GIVE_PRIZE;
			relay_free(&relay);
		}
	}
	assert_int_equal(num_prizes, 3);
	assert_int_equal(sizeof EXPECTED / sizeof EXPECTED[0], SERVICE_NUM - 1);	/* 80 has no certificates */
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(each_row_takes_one_role) };

	return cmocka_run_group_tests(tests, once, NULL);
}
