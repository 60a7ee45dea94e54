/*
 * record_fuzz.c: headers and bodies of records, opened under a known key: as they come, and made by
 * record_seal and then damaged, which must never open.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz/outcome.h"
#include "tlsstack/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

const char *fuzz_outcome;

static const struct tls_suite *const SUITES[] = { &tls_aes_128_gcm_sha256, &tls_chacha20_poly1305_sha256,
    &tls_aes_256_gcm_sha384, &tls12_ecdhe_ecdsa_aes_128_gcm_sha256, &tls12_ecdhe_ecdsa_chacha20_poly1305_sha256 };

static void
set_key(struct record_key *key, const struct tls_suite *suite)
{
	struct record_secret secret = { .suite = suite, .key = { 1, 2, 3 }, .iv = { 4, 5, 6 } };

	record_key_set(key, &secret);
}

/* One record at `bytes`, in a copy of exactly its size. */
static const char *
open_one(struct record_key *key, struct span bytes, struct record_content *content, uint8_t **copy)
{
	struct record_header header;
	struct tls_err err;

	*copy = NULL;
	if (bytes.len < RECORD_HEADER_LEN)
		return "short";
	err = record_header_parse(&header, bytes.ptr, key->suite != NULL);
	if (err.code != 0)
		return tls_error_name(err.code);
	if (bytes.len - RECORD_HEADER_LEN < header.len)
		return "incomplete";
	*copy = malloc(header.len == 0 ? 1 : header.len);
	memcpy(*copy, bytes.ptr + RECORD_HEADER_LEN, header.len);
	err = record_open(content, key, &header, *copy);
	if (err.code != 0)
		return tls_error_name(err.code);
	if (content->bytes.len > header.len || (content->bytes.len != 0 && (content->bytes.ptr < *copy ||
	    content->bytes.ptr + content->bytes.len > *copy + header.len)))
		abort();
	return "opened";
}

static void
seal_and_damage(const struct tls_suite *suite, struct span bytes, size_t at, uint8_t flip)
{
	struct record_key write, read;
	struct record_content content;
	size_t cap = bytes.len + RECORD_OVERHEAD_MAX;
	uint8_t *room = malloc(cap), *copy;
	struct outbuf out = outbuf_of(room, cap);

	set_key(&write, suite);
	set_key(&read, suite);
	record_seal(&write, &out, 0x0303, RECORD_DATA, bytes);
	if (out.overflow || strcmp(open_one(&read, outbuf_span(&out), &content, &copy), "opened") != 0 ||
	    content.type != RECORD_DATA || content.bytes.len != bytes.len ||
	    (bytes.len != 0 && memcmp(content.bytes.ptr, bytes.ptr, bytes.len) != 0))
		abort();
	free(copy);
	if (flip != 0) {
		set_key(&read, suite);
		at = RECORD_HEADER_LEN + at % (out.len - RECORD_HEADER_LEN);
		room[at] ^= flip;
		if (strcmp(open_one(&read, outbuf_span(&out), &content, &copy), "opened") == 0)
			abort();
		free(copy);
	}
	free(room);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct record_key key = { 0 };
	struct record_content content;
	const struct tls_suite *suite;
	uint8_t *copy;

	if (len < 4)
		return 0;
	suite = SUITES[data[0] % 5];
	if ((data[0] & 0x80) != 0)
		set_key(&key, suite);
	fuzz_outcome = open_one(&key, (struct span){ data + 1, len - 1 }, &content, &copy);
	free(copy);
	if (len - 4 <= 16384)
		seal_and_damage(suite, (struct span){ data + 4, len - 4 }, (size_t)data[1] << 8 | data[2], data[3]);
	return 0;
}
