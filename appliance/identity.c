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

/* A month before the end comes the next generation. */
static const uint64_t RENEW_DAYS = 368;

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

/* Everything that is born together. */
struct generation {
	uint64_t born_s;
	struct certificate authorities[SERVICE_NUM_ROLES];
	struct credential credentials[SERVICE_NUM_ROLES];
	struct tls_anchor anchors[SERVICE_NUM_ROLES][ANCHORS_MAX];
	size_t num_anchors[SERVICE_NUM_ROLES];
	struct tls_config configs[SERVICE_NUM];
};

/*
 * Two generations: connections that began before a renewal go on with what they have.  None lives
 * longer than IDENTITY_PAUSE_NS, so the older is unused when it is overwritten.
 */
static struct {
	struct generation generations[2];
	size_t current;
	uint64_t renewable_ns;		/* no renewal before */
	uint32_t address;
	struct boot_authority outside[SERVICE_NUM_ROLES];
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
make_authority(struct generation *generation, enum service_role role, struct tls_key *key)
{
	struct tls_cert_request request = {
		.kind = TLS_CERT_AUTHORITY,
		.common_name = AUTHORITY_NAMES[role],
		.issuer_name = AUTHORITY_NAMES[role],
	};

	make_key(key);
	make_certificate(&generation->authorities[role], &request, key, key, generation->born_s);
}

/* Our own certificate in a role, signed by the authority of that role alone. */
static void
make_credential(struct generation *generation, enum service_role role, const struct tls_key *authority)
{
	struct credential *credential = &generation->credentials[role];
	struct tls_cert_request request = {
		.kind = role == SERVICE_PEER ? TLS_CERT_CLIENT : TLS_CERT_SERVER,
		.common_name = "pinata",
		.issuer_name = AUTHORITY_NAMES[role],
		.dns_name = "pinata",
		.ipv4 = identity.address,
	};
	struct tls_key key;

	make_key(&key);
	make_certificate(&credential->certificate, &request, &key, authority, generation->born_s);
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
add_anchor(struct generation *generation, enum service_role role, struct span cert)
{
	size_t *num = &generation->num_anchors[role];

	REQUIRE(*num < ANCHORS_MAX);
	if (cert.len > 0)
		generation->anchors[role][(*num)++] = (struct tls_anchor){ cert };
}

/* An authority, what it signs, and the end of its key. */
static void
make_role(struct generation *generation, enum service_role role)
{
	const struct boot_authority *outside = &identity.outside[role];
	const struct certificate *authority = &generation->authorities[role];
	struct tls_key key;

	make_authority(generation, role, &key);
	make_credential(generation, role, &key);
	wipe(&key, sizeof key);
	add_anchor(generation, role, (struct span){ authority->der, authority->len });
	add_anchor(generation, role, (struct span){ outside->der, outside->der_len });
}

static void
make_config(struct generation *generation, const struct service *service, struct tls_config *config)
{
	*config = (struct tls_config){
		.protocols = service->protocols,	.num_protocols = service->num_protocols,
		.suites = SERVICE_SUITES,		.num_suites = SERVICE_NUM_SUITES,
		.groups = SERVICE_GROUPS,		.num_groups = SERVICE_NUM_GROUPS,
		.schemes = SERVICE_SCHEMES,		.num_schemes = SERVICE_NUM_SCHEMES,
		.credentials = &generation->credentials[service->we_prove].tls,
		.num_credentials = service->we_prove != SERVICE_NOBODY,
		.anchors = generation->anchors[service->peer_proves],
		.num_anchors = generation->num_anchors[service->peer_proves],
	};
}

static void
make_generation(struct generation *generation, uint64_t now_s)
{
	wipe(generation, sizeof *generation);		/* old keys among it */
	generation->born_s = now_s;
	for (unsigned role = SERVICE_NOBODY + 1; role < SERVICE_NUM_ROLES; role++)
		make_role(generation, (enum service_role)role);
	wipe_stack();
	for (size_t i = 0; i < SERVICE_NUM; i++)
		if (SERVICES[i].num_protocols > 0)
			make_config(generation, &SERVICES[i], &generation->configs[i]);
}

void
identity_init(const struct boot *boot, uint64_t now_s)
{
	identity.address = boot->address;
	identity.outside[SERVICE_SERVER] = boot->server;
	identity.outside[SERVICE_PEER] = boot->peer;
	make_generation(&identity.generations[identity.current], now_s);
}

bool
identity_renew(uint64_t now_s, uint64_t now_ns)
{
	uint64_t born_s = identity.generations[identity.current].born_s;

	if (now_ns < identity.renewable_ns)
		return false;
	if (now_s + BEFORE_DAYS * DAY_S >= born_s && now_s < born_s + RENEW_DAYS * DAY_S)
		return false;
	identity.renewable_ns = now_ns + IDENTITY_PAUSE_NS;
	make_generation(&identity.generations[1 - identity.current], now_s);
	identity.current = 1 - identity.current;
	return true;
}

const struct tls_config *
identity_config(const struct service *service)
{
	REQUIRE(service->num_protocols > 0);
	return &identity.generations[identity.current].configs[service - SERVICES];
}

uint64_t
identity_not_after_s(void) { return identity.generations[identity.current].born_s + AFTER_DAYS * DAY_S; }

struct span
identity_authority(enum service_role role)
{
	const struct certificate *authority = &identity.generations[identity.current].authorities[role];

	return (struct span){ authority->der, authority->len };
}
