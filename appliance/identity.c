/*
 * identity.c: authorities and certificates, RFC 5280, born at boot.  See identity.h.
 *
 * One authority per role, because a verifier that trusts one authority for everything takes any
 * endpoint's certificate for a client's (shared failure of many, the original Pinata included).
 */
#include "appliance/identity.h"

#include "appliance/limits.h"
#include "platform/base/bytes.h"
#include "platform/base/panic.h"
#include "platform/platform.h"

enum { ANCHORS_MAX = 2 };	/* born here, and in practice one from outside */

static const uint64_t DAY_S = 86400;

/* A day back, because clocks differ; 398 days on, what browsers accept at most. */
static const uint64_t BEFORE_DAYS = 1, AFTER_DAYS = 398;

static const char AUTHORITY_NAMES[SERVICE_NUM_ROLES][24] = {
	[SERVICE_WEB]    = "Pinata web authority",
	[SERVICE_SERVER] = "Pinata server authority",
	[SERVICE_PEER]   = "Pinata peer authority",
};

struct certificate { size_t len; uint8_t der[TLS_CERT_MAX]; };

/* What this machine shows in a role.  The key is a secret: its own. */
struct credential {
	struct certificate certificate;
	struct span chain;
	uint8_t key[TLS_KEY_LEN];
	struct tls_credential tls;
};

static struct {
	struct certificate authorities[SERVICE_NUM_ROLES];
	struct boot_authority outside[SERVICE_NUM_ROLES];
	struct tls_anchor anchors[SERVICE_NUM_ROLES][ANCHORS_MAX];
	size_t num_anchors[SERVICE_NUM_ROLES];

	struct credential credentials[SERVICE_NUM_ROLES];
	struct tls_config configs[SERVICE_NUM];
} identity;

static void
make_key(struct tls_key *key)
{
	uint8_t seed[PLAT_SEED_LEN];

	_Static_assert(PLAT_SEED_LEN == TLS_SEED_LEN, "one seed length");
	plat_seed(seed);
	tls_key_make(key, seed);
	wipe(seed, sizeof seed);
}

static void
make_certificate(struct certificate *certificate, const struct tls_cert_request *template,
    const struct tls_key *subject, const struct tls_key *issuer, uint64_t now_s)
{
	struct tls_cert_request request = *template;
	struct outbuf der = outbuf_of(certificate->der, sizeof certificate->der);
	uint8_t random[PLAT_SEED_LEN];

	plat_seed(random);
	bytes_copy(request.serial, random, sizeof request.serial);
	request.not_before_s = now_s < BEFORE_DAYS * DAY_S ? 0 : now_s - BEFORE_DAYS * DAY_S;
	request.not_after_s = now_s + AFTER_DAYS * DAY_S;
	tls_cert_make(&der, &request, subject->point, issuer);
	REQUIRE(!der.overflow && der.len > 0);
	certificate->len = der.len;
}

static void
make_authority(enum service_role role, struct tls_key *key, uint64_t now_s)
{
	struct tls_cert_request request = {
		.kind = TLS_CERT_AUTHORITY,
		.common_name = AUTHORITY_NAMES[role],
		.issuer_name = AUTHORITY_NAMES[role],
	};

	make_key(key);
	make_certificate(&identity.authorities[role], &request, key, key, now_s);
}

/* Our own certificate in a role, signed by the authority of that role alone. */
static void
make_credential(enum service_role role, const struct tls_key *authority, uint32_t address, uint64_t now_s)
{
	struct credential *credential = &identity.credentials[role];
	struct tls_cert_request request = {
		.kind = role == SERVICE_PEER ? TLS_CERT_CLIENT : TLS_CERT_SERVER,
		.common_name = "pinata",
		.issuer_name = AUTHORITY_NAMES[role],
		.dns_name = "pinata",
		.ipv4 = address,
	};
	struct tls_key key;

	make_key(&key);
	make_certificate(&credential->certificate, &request, &key, authority, now_s);
	bytes_copy(credential->key, key.scalar, sizeof credential->key);
	wipe(&key, sizeof key);
	credential->chain = (struct span){ credential->certificate.der, credential->certificate.len };
	credential->tls = (struct tls_credential){
		.scheme = &tls_ecdsa_secp256r1_sha256,
		.chain = &credential->chain,
		.num_chain = 1,
		.private_key = SPAN_ARRAY(credential->key),
	};
}

static void
add_anchor(enum service_role role, struct span cert)
{
	REQUIRE(identity.num_anchors[role] < ANCHORS_MAX);
	identity.anchors[role][identity.num_anchors[role]++] = (struct tls_anchor){ cert };
}

/* An authority, what it signs, and the end of its key. */
static void
make_role(enum service_role role, uint32_t address, uint64_t now_s)
{
	struct tls_key key;

	make_authority(role, &key, now_s);
	make_credential(role, &key, address, now_s);
	wipe(&key, sizeof key);
	add_anchor(role, identity_authority(role));
}

static void
add_outside(enum service_role role, const struct boot_authority *authority)
{
	struct boot_authority *kept = &identity.outside[role];

	if (authority->der_len == 0)
		return;
	*kept = *authority;
	add_anchor(role, (struct span){ kept->der, kept->der_len });
}

static void
make_config(const struct service *service, struct tls_config *config)
{
	*config = (struct tls_config){
		.protocols = service->protocols,	.num_protocols = service->num_protocols,
		.suites = SERVICE_SUITES,		.num_suites = SERVICE_NUM_SUITES,
		.groups = SERVICE_GROUPS,		.num_groups = SERVICE_NUM_GROUPS,
		.schemes = SERVICE_SCHEMES,		.num_schemes = SERVICE_NUM_SCHEMES,
		.credentials = &identity.credentials[service->we_prove].tls,
		.num_credentials = service->we_prove != SERVICE_NOBODY,
		.anchors = identity.anchors[service->peer_proves],
		.num_anchors = identity.num_anchors[service->peer_proves],
	};
}

void
identity_init(const struct boot *boot, uint64_t now_s)
{
	for (unsigned role = SERVICE_NOBODY + 1; role < SERVICE_NUM_ROLES; role++)
		make_role((enum service_role)role, boot->address, now_s);
	wipe_stack();
	add_outside(SERVICE_SERVER, &boot->server);
	add_outside(SERVICE_PEER, &boot->peer);
	for (size_t i = 0; i < SERVICE_NUM; i++)
		if (SERVICES[i].num_protocols > 0)
			make_config(&SERVICES[i], &identity.configs[i]);
}

const struct tls_config *
identity_config(const struct service *service)
{
	REQUIRE(service->num_protocols > 0);
	return &identity.configs[service - SERVICES];
}

struct span
identity_authority(enum service_role role)
{
	return (struct span){ identity.authorities[role].der, identity.authorities[role].len };
}
