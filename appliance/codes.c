/*
 * codes.c: names of numbers.  See codes.h; IANA's registries "TLS Parameters", 2025.
 *
 * A list is one string of lines "1301 NAME": no pointers to relocate, and a third of the bytes of a table.
 * They have what browsers, curl and OpenSSL offer today and little else: any other number is shown as such.
 */
#include "appliance/codes.h"

#include "platform/base/bytes.h"
#include "platform/base/text.h"

enum { DIGITS = 4 };

static const char VERSIONS[] =
    "0304 TLS 1.3\n" "0303 TLS 1.2\n" "0302 TLS 1.1\n" "0301 TLS 1.0\n" "0300 SSL 3.0\n";

/* Each has "TLS_" before it. */
static const char SUITES[] =
    "1301 AES_128_GCM_SHA256\n" "1302 AES_256_GCM_SHA384\n" "1303 CHACHA20_POLY1305_SHA256\n"
    "00ff EMPTY_RENEGOTIATION_INFO_SCSV\n" "5600 FALLBACK_SCSV\n"
    "c02b ECDHE_ECDSA_WITH_AES_128_GCM_SHA256\n" "c02c ECDHE_ECDSA_WITH_AES_256_GCM_SHA384\n"
    "c02f ECDHE_RSA_WITH_AES_128_GCM_SHA256\n" "c030 ECDHE_RSA_WITH_AES_256_GCM_SHA384\n"
    "cca9 ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256\n" "cca8 ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256\n"
    "009e DHE_RSA_WITH_AES_128_GCM_SHA256\n" "009f DHE_RSA_WITH_AES_256_GCM_SHA384\n"
    "c009 ECDHE_ECDSA_WITH_AES_128_CBC_SHA\n" "c00a ECDHE_ECDSA_WITH_AES_256_CBC_SHA\n"
    "c013 ECDHE_RSA_WITH_AES_128_CBC_SHA\n" "c014 ECDHE_RSA_WITH_AES_256_CBC_SHA\n"
    "009c RSA_WITH_AES_128_GCM_SHA256\n" "009d RSA_WITH_AES_256_GCM_SHA384\n"
    "002f RSA_WITH_AES_128_CBC_SHA\n" "0035 RSA_WITH_AES_256_CBC_SHA\n"
    "000a RSA_WITH_3DES_EDE_CBC_SHA\n";

static const char GROUPS[] =
    "001d x25519\n" "0017 secp256r1\n" "0018 secp384r1\n" "0019 secp521r1\n" "001e x448\n"
    "0100 ffdhe2048\n" "0101 ffdhe3072\n" "0102 ffdhe4096\n" "0103 ffdhe6144\n" "0104 ffdhe8192\n"
    "11ec X25519MLKEM768\n" "11eb SecP256r1MLKEM768\n" "11ed SecP384r1MLKEM1024\n";

static const char SCHEMES[] =
    "0403 ecdsa_secp256r1_sha256\n" "0503 ecdsa_secp384r1_sha384\n" "0603 ecdsa_secp521r1_sha512\n"
    "0807 ed25519\n" "0808 ed448\n"
    "0804 rsa_pss_rsae_sha256\n" "0805 rsa_pss_rsae_sha384\n" "0806 rsa_pss_rsae_sha512\n"
    "0809 rsa_pss_pss_sha256\n" "080a rsa_pss_pss_sha384\n" "080b rsa_pss_pss_sha512\n"
    "0401 rsa_pkcs1_sha256\n" "0501 rsa_pkcs1_sha384\n" "0601 rsa_pkcs1_sha512\n"
    "0904 mldsa44\n" "0905 mldsa65\n" "0906 mldsa87\n"
    "0203 ecdsa_sha1\n" "0201 rsa_pkcs1_sha1\n";

/* TLS 1.3's; 255 is trace.h's. */
static const char MESSAGES[] =
    "0001 ClientHello\n" "0002 ServerHello\n" "0008 EncryptedExtensions\n" "000b Certificate\n"
    "000d CertificateRequest\n" "000f CertificateVerify\n" "0014 Finished\n" "00ff change_cipher_spec\n";

static void
write_digits(struct outbuf *out, uint16_t code)
{
	text_hex(out, (struct span){ (uint8_t[]){ (uint8_t)(code >> 8), (uint8_t)code }, 2 });
}

static struct span
find(struct span list, uint16_t code)
{
	uint8_t digits[DIGITS];
	struct outbuf out = outbuf_of(digits, sizeof digits);
	struct span name = { NULL, 0 };

	write_digits(&out, code);
	for (size_t at = 0; at < list.len; at += DIGITS + 1 + name.len + 1) {
		const uint8_t *line = list.ptr + at;

		name = (struct span){ line + DIGITS + 1, 0 };
		while (name.ptr[name.len] != '\n')
			name.len++;
		if (bytes_equal((struct span){ line, DIGITS }, SPAN_ARRAY(digits)))
			return name;
	}
	return (struct span){ NULL, 0 };
}

struct span
codes_message(uint8_t kind) { return find(SPAN_LITERAL(MESSAGES), kind); }

static bool
is_grease(uint16_t code) { return (code & 0x0f0f) == 0x0a0a && code >> 8 == (code & 0xff); }

static struct span
name_of(enum codes_kind kind, uint16_t code)
{
	if (is_grease(code))
		return SPAN_LITERAL("GREASE");
	switch (kind) {
	case CODES_VERSION: return find(SPAN_LITERAL(VERSIONS), code);
	case CODES_SUITE: return find(SPAN_LITERAL(SUITES), code);
	case CODES_GROUP: return find(SPAN_LITERAL(GROUPS), code);
	default: return find(SPAN_LITERAL(SCHEMES), code);
	}
}

void
codes_write(struct outbuf *out, enum codes_kind kind, uint16_t code)
{
	struct span name = name_of(kind, code);

	text_string(out, "0x");
	write_digits(out, code);
	if (name.len > 0)
		text_string(out, kind == CODES_SUITE && !is_grease(code) ? " TLS_" : " ");
	outbuf_bytes(out, name);
}
