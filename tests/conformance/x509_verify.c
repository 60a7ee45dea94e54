/*
 * x509_verify.c: one chain, one question, for other people's suites and for differential runs.
 *
 *   x509_verify --ca roots.pem [--untrusted inter.pem] --cert leaf.pem --time UNIX
 *       --kind server|client [--dns N|--ip A|--email M] [--depth N]
 *
 * Exit 0: accepted.  1: refused, the reason on standard output.  89: can not be asked (a flag or a
 * value that is not known here).  2: a file that can not be read.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/conformance/load.h"
#include "tlsstack/x509_verify.h"

#define CAN_NOT_BE_ASKED	89

static const struct tls_scheme *const schemes[] = {
	&tls_ecdsa_secp256r1_sha256, &tls_ecdsa_p256_sha384, &tls_ecdsa_p256_sha512,
	&tls_ecdsa_p384_sha256, &tls_ecdsa_secp384r1_sha384, &tls_ecdsa_p384_sha512,
	&tls_rsa_pkcs1_sha256, &tls_rsa_pkcs1_sha384, &tls_rsa_pkcs1_sha512,
	&tls_rsa_pss_rsae_sha256, &tls_rsa_pss_rsae_sha384, &tls_rsa_pss_rsae_sha512,
};

struct options { const char *ca, *untrusted, *cert; bool has_time, has_kind; };

static uint8_t address[16];

static void
can_not_be_asked(const char *what)
{
	fprintf(stderr, "x509_verify: can not be asked: %s\n", what);
	exit(CAN_NOT_BE_ASKED);
}

static unsigned long long
number(const char *text)
{
	char *end;
	unsigned long long value = strtoull(text, &end, 10);

	if (*text < '0' || *text > '9' || *end != '\0')
		can_not_be_asked(text);
	return value;
}

static void
set_name(struct x509_name *name, enum x509_name_form form, const char *text)
{
	if (name->value.ptr != NULL)
		can_not_be_asked("two names");
	*name = (struct x509_name){ form, { (const uint8_t *)text, strlen(text) } };
	if (form != X509_NAME_IP)
		return;
	name->value.ptr = address;
	if (inet_pton(AF_INET, text, address) == 1)
		name->value.len = 4;
	else if (inet_pton(AF_INET6, text, address) == 1)
		name->value.len = 16;
	else
		can_not_be_asked(text);
}

static void
set_option(struct options *options, struct x509_request *request, struct x509_name *name, const char *flag, const char *value)
{
	if (strcmp(flag, "--ca") == 0)
		options->ca = value;
	else if (strcmp(flag, "--untrusted") == 0)
		options->untrusted = value;
	else if (strcmp(flag, "--cert") == 0)
		options->cert = value;
	else if (strcmp(flag, "--time") == 0)
		options->has_time = true, request->now_s = number(value);
	else if (strcmp(flag, "--depth") == 0)
		request->has_max_depth = true, request->max_depth = (uint32_t)number(value);
	else if (strcmp(flag, "--kind") == 0 && (strcmp(value, "server") == 0 || strcmp(value, "client") == 0))
		options->has_kind = true, request->purpose = *value == 's' ? X509_PURPOSE_SERVER : X509_PURPOSE_CLIENT;
	else if (strcmp(flag, "--dns") == 0)
		set_name(name, X509_NAME_DNS, value);
	else if (strcmp(flag, "--ip") == 0)
		set_name(name, X509_NAME_IP, value);
	else if (strcmp(flag, "--email") == 0)
		set_name(name, X509_NAME_EMAIL, value);
	else
		can_not_be_asked(flag);
}

int
main(int argc, char **argv)
{
	struct options options = { 0 };
	struct x509_name name = { 0 };
	struct x509_request request = { .schemes = schemes, .num_schemes = sizeof schemes / sizeof *schemes, .strict = true };
	struct span *leaf, *untrusted, *roots, chain[LOAD_CERTIFICATES_MAX + 1];
	static struct tls_anchor anchors[LOAD_CERTIFICATES_MAX];
	struct x509_cert verified;
	enum x509_result result;
	size_t num = 0;

	for (int i = 1; i < argc; i += 2) {
		if (i + 1 == argc)
			can_not_be_asked(argv[i]);
		set_option(&options, &request, &name, argv[i], argv[i + 1]);
	}
	if (options.ca == NULL || options.cert == NULL || !options.has_time || !options.has_kind)
		can_not_be_asked("--ca, --cert, --time and --kind are needed");
	request.num_anchors = load_certificates(&roots, options.ca);
	for (size_t i = 0; i < request.num_anchors; i++)
		anchors[i].cert = roots[i];
	request.anchors = anchors;
	request.name = name.value.ptr != NULL ? &name : NULL;
	(void)load_chain(&leaf, options.cert);
	chain[num++] = leaf[0];
	for (size_t i = 0, more = options.untrusted != NULL ? load_certificates(&untrusted, options.untrusted) : 0; i < more; i++)
		chain[num++] = untrusted[i];
	result = x509_verify(&verified, chain, num, &request);
	puts(x509_reason(result));
	return result == X509_OK ? 0 : 1;
}
