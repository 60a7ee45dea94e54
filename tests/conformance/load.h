/*
 * load.h: what the conformance programs share: PEM files to chains, keys and anchors, and the names of
 * suites, groups and versions to configurations.  Not for the appliance: it allocates and it exits.
 */
#ifndef CONFORMANCE_LOAD_H
#define CONFORMANCE_LOAD_H

#include "tlsstack/tls.h"

/* Print `program: what: why` and exit 2. */
_Noreturn void load_die(const char *what, const char *why);

/* A whole file, as text; the next PEM block at *text: its label, its bytes.  False at the end. */
char *load_file(const char *path);
bool load_pem_next(const char **text, char label[64], struct span *der);

/* Every certificate of a PEM file, in order; load_chain insists on one. */
#define LOAD_CERTIFICATES_MAX	1024
size_t load_certificates(struct span **certificates, const char *path);
size_t load_chain(struct span **chain, const char *path);

/*
 * A chain and a key in PKCS#8, SEC1 or PKCS#1: one credential for each scheme that the key can
 * sign with, 0 for a key that is none of ours (another kind or length).  Exits for one that is not
 * the certificate's.  load_key.c.
 */
size_t load_credentials(struct tls_credential **credentials, const char *cert_path, const char *key_path);

size_t load_anchors(struct tls_anchor **anchors, const char *path);

/* Everything that this stack can do, for configurations that name nothing. */
extern const struct tls_suite *const LOAD_SUITES[];
extern const struct tls_group *const LOAD_GROUPS[];
extern const struct tls_scheme *const LOAD_SCHEMES[];
extern const size_t LOAD_NUM_SUITES, LOAD_NUM_GROUPS, LOAD_NUM_SCHEMES;

/* Lists of names, separated by commas or colons, in the caller's order. */
size_t load_suites(const struct tls_suite ***suites, const char *names);
size_t load_groups(const struct tls_group ***groups, const char *names);

/* Does the configuration name a suite of this version?  Without one it can not speak it. */
bool load_has_suite(const struct tls_config *config, uint16_t version);

/* Names separated by commas, as bytes: application protocols. */
size_t load_names(struct span **names, const char *list);

/* 48 random bytes from the system, and the time. */
void load_seed(uint8_t seed[TLS_SEED_LEN]);

/* Names of code points, for what is printed. */
const char *load_suite_name(uint16_t code);
const char *load_group_name(uint16_t code);

#endif
