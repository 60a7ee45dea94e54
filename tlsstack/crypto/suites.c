/*
 * suites.c: the cipher suites of TLS 1.3 (RFC 8446, B.4) as descriptors: a code, an AEAD and a
 * hash.  Each stands in a data section of its own: what no configuration names is not linked.
 */
#include "tlsstack/crypto/crypto.h"

const struct tls_suite tls_aes_128_gcm_sha256 = {
	.code = 0x1301, .version = 0x0304, .fixed_iv_len = 12, .aead = &aead_aes128_gcm, .hash = &hash_sha256
};

const struct tls_suite tls_chacha20_poly1305_sha256 = {
	.code = 0x1303, .version = 0x0304, .fixed_iv_len = 12, .aead = &aead_chacha20_poly1305, .hash = &hash_sha256
};
