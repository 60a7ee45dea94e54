/*
 * suites.c: cipher suites as descriptors: a code, an AEAD and a hash; TLS 1.3 (RFC 8446, B.4) and
 * TLS 1.2 (ECDHE with AEAD only: RFC 5289, 7905).  Each stands in a data section of its own: what
 * no configuration names is not linked.
 */
#include "tlsstack/crypto/crypto.h"

const struct tls_suite tls_aes_128_gcm_sha256 = {
	.code = 0x1301, .version = 0x0304, .fixed_iv_len = 12, .aead = &aead_aes128_gcm, .hash = &hash_sha256
};

const struct tls_suite tls_aes_256_gcm_sha384 = {
	.code = 0x1302, .version = 0x0304, .fixed_iv_len = 12, .aead = &aead_aes256_gcm, .hash = &hash_sha384
};

const struct tls_suite tls_chacha20_poly1305_sha256 = {
	.code = 0x1303, .version = 0x0304, .fixed_iv_len = 12, .aead = &aead_chacha20_poly1305, .hash = &hash_sha256
};

const struct tls_suite tls12_ecdhe_ecdsa_aes_128_gcm_sha256 = {
	.code = 0xc02b, .version = 0x0303, .credential = CRYPTO_EC, .fixed_iv_len = 4,
	.aead = &aead_aes128_gcm, .hash = &hash_sha256
};

const struct tls_suite tls12_ecdhe_ecdsa_aes_256_gcm_sha384 = {
	.code = 0xc02c, .version = 0x0303, .credential = CRYPTO_EC, .fixed_iv_len = 4,
	.aead = &aead_aes256_gcm, .hash = &hash_sha384
};

const struct tls_suite tls12_ecdhe_ecdsa_chacha20_poly1305_sha256 = {
	.code = 0xcca9, .version = 0x0303, .credential = CRYPTO_EC, .fixed_iv_len = 12,
	.aead = &aead_chacha20_poly1305, .hash = &hash_sha256
};

const struct tls_suite tls12_ecdhe_rsa_aes_128_gcm_sha256 = {
	.code = 0xc02f, .version = 0x0303, .credential = CRYPTO_RSA, .fixed_iv_len = 4,
	.aead = &aead_aes128_gcm, .hash = &hash_sha256
};

const struct tls_suite tls12_ecdhe_rsa_aes_256_gcm_sha384 = {
	.code = 0xc030, .version = 0x0303, .credential = CRYPTO_RSA, .fixed_iv_len = 4,
	.aead = &aead_aes256_gcm, .hash = &hash_sha384
};

const struct tls_suite tls12_ecdhe_rsa_chacha20_poly1305_sha256 = {
	.code = 0xcca8, .version = 0x0303, .credential = CRYPTO_RSA, .fixed_iv_len = 12,
	.aead = &aead_chacha20_poly1305, .hash = &hash_sha256
};
