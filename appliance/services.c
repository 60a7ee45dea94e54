/* services.c: THE table.  Each way into this machine is one row. */
#include "appliance/services.h"

#include "platform/base/panic.h"

static const struct tls_protocol *const ANYBODY[] = { &tls13_server };
static const struct tls_protocol *const PROVED_PEER[] = { &tls13_server_client_cert_required };
static const struct tls_protocol *const PROVED_SERVER[] = { &tls13_client };	/* never takes an unproved server */

const struct service SERVICES[SERVICE_NUM] = {
	/* port  begins              gives          over TLS          we prove        the peer proves */
	{ 80,    SERVICE_WAITS,      SERVICE_PAGES, NULL, 0,          SERVICE_NOBODY, SERVICE_NOBODY },
	{ 443,   SERVICE_WAITS,      SERVICE_PAGES, ANYBODY, 1,       SERVICE_WEB,    SERVICE_NOBODY },
	{ 10000, SERVICE_WAITS,      SERVICE_PRIZE, PROVED_PEER, 1,   SERVICE_SERVER, SERVICE_PEER },
	{ 10001, SERVICE_CALLS_BACK, SERVICE_PRIZE, PROVED_SERVER, 1, SERVICE_PEER,   SERVICE_SERVER },
	{ 10002, SERVICE_SPEAKS,     SERVICE_PRIZE, PROVED_SERVER, 1, SERVICE_PEER,   SERVICE_SERVER },
};

/* AES first: with AES-NI it is faster, and who lacks it says so by offering ChaCha20 first or alone. */
const struct tls_suite *const SERVICE_SUITES[SERVICE_NUM_SUITES] = {
	&tls_aes_128_gcm_sha256, &tls_chacha20_poly1305_sha256
};

const struct tls_group *const SERVICE_GROUPS[SERVICE_NUM_GROUPS] = { &tls_x25519, &tls_secp256r1 };

const struct tls_scheme *const SERVICE_SCHEMES[SERVICE_NUM_SCHEMES] = { &tls_ecdsa_secp256r1_sha256 };

const struct service *
services_find(uint16_t port)
{
	for (size_t i = 0; i < SERVICE_NUM; i++)
		if (SERVICES[i].port == port)
			return &SERVICES[i];
	PANIC();
}
