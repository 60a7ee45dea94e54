/* load.c: files and names to configurations.  See load.h. */
#include "tests/conformance/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#include "tlsstack/crypto/crypto.h"
#include "tlsstack/der.h"

_Noreturn void
load_die(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s\n", what, why);
	exit(2);
}

static void *
need(void *got)
{
	if (got == NULL)
		load_die("memory", "none left");
	return got;
}

/* ---- PEM ------------------------------------------------------------------------------ */

static char *
read_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	char *text = need(calloc(1, 1 << 20));

	if (file == NULL)
		load_die(path, "can not be opened");
	if (fread(text, 1, (1 << 20) - 1, file) == 0 && ferror(file))
		load_die(path, "can not be read");
	fclose(file);
	return text;
}

static int
base64_value(char c)
{
	static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c == '\0' ? NULL : strchr(DIGITS, c);

	return at == NULL ? -1 : (int)(at - DIGITS);
}

static struct span
base64_decode(const char *from, const char *to)
{
	uint8_t *bytes = need(malloc((size_t)(to - from) + 1));
	size_t len = 0;
	uint32_t bits = 0;
	int num_bits = 0;

	for (; from < to; from++) {
		int value = base64_value(*from);

		if (value < 0)
			continue;
		bits = bits << 6 | (uint32_t)value;
		num_bits += 6;
		if (num_bits >= 8) {
			num_bits -= 8;
			bytes[len++] = (uint8_t)(bits >> num_bits);
		}
	}
	return (struct span){ bytes, len };
}

/* The next block at *text: its label in `label`, its bytes.  False at the end. */
static bool
pem_next(const char **text, char label[64], struct span *der)
{
	const char *begin = strstr(*text, "-----BEGIN "), *name_end, *end;

	if (begin == NULL)
		return false;
	begin += strlen("-----BEGIN ");
	name_end = strstr(begin, "-----");
	if (name_end == NULL || name_end - begin >= 64)
		return false;
	memcpy(label, begin, (size_t)(name_end - begin));
	label[name_end - begin] = '\0';
	end = strstr(name_end, "-----END ");
	if (end == NULL)
		return false;
	*der = base64_decode(name_end + 5, end);
	*text = end + 9;
	return true;
}

size_t
load_certificates(struct span **certificates, const char *path)
{
	const char *text = read_file(path);
	char label[64];
	struct span der;
	size_t num = 0;

	*certificates = need(calloc(LOAD_CERTIFICATES_MAX, sizeof **certificates));
	while (num < LOAD_CERTIFICATES_MAX && pem_next(&text, label, &der))
		if (strcmp(label, "CERTIFICATE") == 0)
			(*certificates)[num++] = der;
	return num;
}

size_t
load_chain(struct span **chain, const char *path)
{
	size_t num = load_certificates(chain, path);

	if (num == 0)
		load_die(path, "has no certificate");
	return num;
}

size_t
load_anchors(struct tls_anchor **anchors, const char *path)
{
	struct span *chain;
	size_t num = load_chain(&chain, path);

	*anchors = need(calloc(num, sizeof **anchors));
	for (size_t i = 0; i < num; i++)
		(*anchors)[i].cert = chain[i];
	return num;
}

/* ---- Keys ----------------------------------------------------------------------------- */

/* SEC1 (RFC 5915): SEQUENCE { 1, OCTET STRING scalar, ... }. */
static struct span
sec1_scalar(struct span der)
{
	struct cursor in = cursor_of(der), key, scalar;
	uint32_t version;

	if (!der_take(&in, DER_SEQUENCE, &key) || !der_uint32(&key, &version) || version != 1 ||
	    !der_take(&key, DER_OCTET_STRING, &scalar))
		load_die("key", "is no ECPrivateKey");
	return cursor_rest(&scalar);
}

/* PKCS#8 (RFC 5208): SEQUENCE { 0, AlgorithmIdentifier, OCTET STRING key }. */
static bool
pkcs8_key(struct span *key, bool *is_ec, struct span der)
{
	static const uint8_t EC[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01 };
	struct cursor in = cursor_of(der), body, algorithm, bytes;
	struct span oid;
	uint32_t version;

	if (!der_take(&in, DER_SEQUENCE, &body) || !der_uint32(&body, &version) ||
	    !der_take(&body, DER_SEQUENCE, &algorithm) || !der_oid(&algorithm, &oid) ||
	    !der_take(&body, DER_OCTET_STRING, &bytes))
		return false;
	*is_ec = oid.len == sizeof EC && memcmp(oid.ptr, EC, sizeof EC) == 0;
	*key = cursor_rest(&bytes);
	return true;
}

static const struct tls_scheme *const P256_SCHEMES[] = {
	&tls_ecdsa_secp256r1_sha256, &tls_ecdsa_p256_sha384, &tls_ecdsa_p256_sha512
};
static const struct tls_scheme *const P384_SCHEMES[] = {
	&tls_ecdsa_secp384r1_sha384, &tls_ecdsa_p384_sha256, &tls_ecdsa_p384_sha512
};
static const struct tls_scheme *const RSA_SCHEMES[] = {
	&tls_rsa_pss_rsae_sha256, &tls_rsa_pss_rsae_sha384, &tls_rsa_pss_rsae_sha512,
	&tls_rsa_pkcs1_sha256, &tls_rsa_pkcs1_sha384, &tls_rsa_pkcs1_sha512
};

static size_t
schemes_of(const struct tls_scheme *const **schemes, bool is_ec, size_t key_len)
{
	if (!is_ec) {
		*schemes = RSA_SCHEMES;
		return sizeof RSA_SCHEMES / sizeof RSA_SCHEMES[0];
	}
	if (key_len != 32 && key_len != 48)
		return 0;
	*schemes = key_len == 32 ? P256_SCHEMES : P384_SCHEMES;
	return 3;
}

size_t
load_credentials(struct tls_credential **credentials, const char *cert_path, const char *key_path)
{
	const char *text = read_file(key_path);
	const struct tls_scheme *const *schemes;
	struct span *chain, der = { NULL, 0 };
	size_t num_chain = load_chain(&chain, cert_path), num;
	char label[64] = "";
	bool is_ec = false;

	while (strstr(label, "PRIVATE KEY") == NULL)
		if (!pem_next(&text, label, &der))
			load_die(key_path, "has no private key");
	if (strcmp(label, "EC PRIVATE KEY") == 0)
		is_ec = true;
	else if (strcmp(label, "PRIVATE KEY") == 0 && !pkcs8_key(&der, &is_ec, der))
		load_die(key_path, "is no PKCS#8");
	if (is_ec)
		der = sec1_scalar(der);
	num = schemes_of(&schemes, is_ec, der.len);
	*credentials = need(calloc(num, sizeof **credentials));
	for (size_t i = 0; i < num; i++)
		(*credentials)[i] = (struct tls_credential){ schemes[i], chain, num_chain, der };
	return num;
}

/* ---- Names ---------------------------------------------------------------------------- */

const struct tls_suite *const LOAD_SUITES[] = {
	&tls_aes_128_gcm_sha256, &tls_aes_256_gcm_sha384, &tls_chacha20_poly1305_sha256,
	&tls12_ecdhe_ecdsa_aes_128_gcm_sha256, &tls12_ecdhe_ecdsa_aes_256_gcm_sha384,
	&tls12_ecdhe_ecdsa_chacha20_poly1305_sha256, &tls12_ecdhe_rsa_aes_128_gcm_sha256,
	&tls12_ecdhe_rsa_aes_256_gcm_sha384, &tls12_ecdhe_rsa_chacha20_poly1305_sha256,
};
const size_t LOAD_NUM_SUITES = sizeof LOAD_SUITES / sizeof LOAD_SUITES[0];
static const char *const SUITE_NAMES[] = {
	"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256",
	"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
	"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
	"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
};

const struct tls_group *const LOAD_GROUPS[] = { &tls_x25519, &tls_secp256r1, &tls_secp384r1 };
const size_t LOAD_NUM_GROUPS = sizeof LOAD_GROUPS / sizeof LOAD_GROUPS[0];
static const char *const GROUP_NAMES[] = { "x25519", "secp256r1", "secp384r1" };

const struct tls_scheme *const LOAD_SCHEMES[] = {
	&tls_ecdsa_secp256r1_sha256, &tls_ecdsa_secp384r1_sha384, &tls_rsa_pss_rsae_sha256, &tls_rsa_pss_rsae_sha384,
	&tls_rsa_pss_rsae_sha512, &tls_rsa_pkcs1_sha256, &tls_rsa_pkcs1_sha384, &tls_rsa_pkcs1_sha512,
	&tls_ecdsa_p256_sha384, &tls_ecdsa_p256_sha512, &tls_ecdsa_p384_sha256, &tls_ecdsa_p384_sha512
};
const size_t LOAD_NUM_SCHEMES = sizeof LOAD_SCHEMES / sizeof LOAD_SCHEMES[0];

static size_t
name_find(const char *name, const char *const *names, size_t num)
{
	size_t i = 0;

	while (i < num && strcasecmp(name, names[i]) != 0)
		i++;
	if (i == num)
		load_die(name, "is not known");
	return i;
}

size_t
load_suites(const struct tls_suite ***suites, const char *names)
{
	char *copy = need(strdup(names)), *name, *rest = copy;
	size_t num = 0;

	*suites = need(calloc(strlen(names) + 1, sizeof **suites));
	while ((name = strsep(&rest, ",:")) != NULL)
		(*suites)[num++] = LOAD_SUITES[name_find(name, SUITE_NAMES, LOAD_NUM_SUITES)];
	return num;
}

size_t
load_groups(const struct tls_group ***groups, const char *names)
{
	char *copy = need(strdup(names)), *name, *rest = copy;
	size_t num = 0;

	*groups = need(calloc(strlen(names) + 1, sizeof **groups));
	while ((name = strsep(&rest, ",:")) != NULL)
		(*groups)[num++] = LOAD_GROUPS[name_find(name, GROUP_NAMES, LOAD_NUM_GROUPS)];
	return num;
}

bool
load_has_suite(const struct tls_config *config, uint16_t version)
{
	for (size_t i = 0; i < config->num_suites; i++)
		if (config->suites[i]->version == version)
			return true;
	return false;
}

size_t
load_names(struct span **names, const char *list)
{
	char *copy = need(strdup(list)), *name, *rest = copy;
	size_t num = 0;

	*names = need(calloc(strlen(list) + 1, sizeof **names));
	while ((name = strsep(&rest, ",")) != NULL)
		(*names)[num++] = (struct span){ (const uint8_t *)name, strlen(name) };
	return num;
}

const char *
load_suite_name(uint16_t code)
{
	for (size_t i = 0; i < LOAD_NUM_SUITES; i++)
		if (LOAD_SUITES[i]->code == code)
			return SUITE_NAMES[i];
	return "?";
}

const char *
load_group_name(uint16_t code)
{
	for (size_t i = 0; i < LOAD_NUM_GROUPS; i++)
		if (LOAD_GROUPS[i]->code == code)
			return GROUP_NAMES[i];
	return "?";
}

void
load_seed(uint8_t seed[TLS_SEED_LEN])
{
	if (getrandom(seed, TLS_SEED_LEN, 0) != TLS_SEED_LEN)
		load_die("getrandom", "gave too little");
}
