/* load.c: files and names to configurations.  See load.h. */
#include "tests/conformance/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <unistd.h>

#include "tlsstack/crypto/crypto.h"

#define FILE_MAX	((size_t)4 << 20)

_Noreturn void
load_die(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s\n", what, why);
	fflush(stdout);
	_exit(2);		/* without looking for what was not freed */
}

static void *
need(void *got)
{
	if (got == NULL)
		load_die("memory", "none left");
	return got;
}

/* ---- PEM ------------------------------------------------------------------------------ */

char *
load_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	char *text = need(calloc(1, FILE_MAX + 1));
	size_t len;

	if (file == NULL)
		load_die(path, "can not be opened");
	len = fread(text, 1, FILE_MAX, file);
	if (ferror(file) || len == FILE_MAX)
		load_die(path, "can not be read, or is too long");
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

bool
load_pem_next(const char **text, char label[64], struct span *der)
{
	const char *begin = strstr(*text, "-----BEGIN "), *name_end, *end, *headers;

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
	headers = strstr(name_end, "Proc-Type:");
	if (headers != NULL && headers < end)
		load_die(label, "is encrypted");
	*der = base64_decode(name_end + 5, end);
	*text = end + 9;
	return true;
}

size_t
load_certificates(struct span **certificates, const char *path)
{
	const char *text = load_file(path);
	char label[64];
	struct span der;
	size_t num = 0;

	*certificates = need(calloc(LOAD_CERTIFICATES_MAX, sizeof **certificates));
	while (load_pem_next(&text, label, &der)) {
		if (strcmp(label, "CERTIFICATE") != 0 && strcmp(label, "X509 CERTIFICATE") != 0)
			continue;
		if (num == LOAD_CERTIFICATES_MAX)
			load_die(path, "has too many certificates");
		(*certificates)[num++] = der;
	}
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
