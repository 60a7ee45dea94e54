/*
 * split.c: what one handshake costs a server, and how much of it is cryptography.
 *
 *	split ROUNDS
 *
 * Client and server in one process, whole flights moved between them; only the server's calls of tls.h
 * are timed, with the time-stamp counter.  What is primitive: the functions and descriptors of
 * tlsstack/crypto/crypto.h, outermost call only, in two sorts: public keys (key exchange, signatures) and
 * symmetric (hashes, HMAC, HKDF, the generator, AEAD).  The linker puts the clock around them (--wrap, see
 * split.flags): code under test is the image's own objects, unchanged.  The rest is all that remains: parsing,
 * key schedule, certificates, records, copies, wiping.  The clock's own cost is measured and taken off.
 * The median of ROUNDS, so that interrupts do not count.  Prints one line for each kind of handshake:
 *
 *	split 1.3 plain total_us T public_us P symmetric_us S rest_us R calls N
 *	bulk NAME seal_mb_s S open_mb_s O primitive_seal_mb_s S primitive_open_mb_s O
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <x86intrin.h>

#include "platform/base/bytes.h"
#include "tlsstack/crypto/crypto.h"

#define NOW		1700000000u
#define ROOM		(2 * TLS_RECORD_MAX)
#define ROUNDS_MAX	100000u
#define BULK_BYTES	16384u

/* ---- The clock ------------------------------------------------------------------------ */

enum sort { PUBLIC, SYMMETRIC, NUM_SORTS };

static bool counting;		/* the server is running */
static unsigned depth;		/* primitives call primitives: the outermost counts */
static uint64_t began, spent[NUM_SORTS], num_calls;

static void
enter(void)
{
	if (counting && depth++ == 0)
		began = __rdtsc();
}

static void
leave(enum sort sort)
{
	if (!counting || --depth != 0)
		return;
	spent[sort] += __rdtsc() - began;
	num_calls++;
}

/* TIMED defines the function that the linker puts in the place of another. */
#define REAL(name)	__real_##name
#define WRAP(name)	__wrap_##name
#define TIMED(sort, name, parameters, arguments)						\
	void REAL(name) parameters;								\
	void WRAP(name) parameters;								\
	void WRAP(name) parameters { enter(); REAL(name) arguments; leave(sort); }

TIMED(SYMMETRIC, hash_of, (const struct crypto_hash *hash, uint8_t *digest, struct span bytes), (hash, digest, bytes))
TIMED(SYMMETRIC, hmac_init, (struct crypto_hmac *hmac, const struct crypto_hash *hash, struct span key), (hmac, hash, key))
TIMED(SYMMETRIC, hmac_update, (struct crypto_hmac *hmac, struct span bytes), (hmac, bytes))
TIMED(SYMMETRIC, hmac_out, (const struct crypto_hmac *hmac, uint8_t *mac), (hmac, mac))
TIMED(SYMMETRIC, hkdf_extract, (const struct crypto_hash *hash, uint8_t *prk, struct span salt, struct span ikm),
    (hash, prk, salt, ikm))
TIMED(SYMMETRIC, hkdf_expand, (const struct crypto_hash *hash, uint8_t *out, size_t out_len, const uint8_t *prk,
    struct span info), (hash, out, out_len, prk, info))
TIMED(SYMMETRIC, drbg_init, (struct crypto_drbg *drbg, const uint8_t seed[TLS_SEED_LEN]), (drbg, seed))
TIMED(SYMMETRIC, drbg_bytes, (struct crypto_drbg *drbg, uint8_t *out, size_t len), (drbg, out, len))

/* The same for descriptors: each has a copy whose functions are these. */
extern const struct crypto_hash REAL(hash_sha256);
extern const struct crypto_aead REAL(aead_aes128_gcm), REAL(aead_chacha20_poly1305);
extern const struct tls_group REAL(tls_x25519);
extern const struct tls_scheme REAL(tls_ecdsa_secp256r1_sha256);
extern struct crypto_hash WRAP(hash_sha256);
extern struct crypto_aead WRAP(aead_aes128_gcm), WRAP(aead_chacha20_poly1305);
extern struct tls_group WRAP(tls_x25519);
extern struct tls_scheme WRAP(tls_ecdsa_secp256r1_sha256);
struct crypto_hash WRAP(hash_sha256);
struct crypto_aead WRAP(aead_aes128_gcm), WRAP(aead_chacha20_poly1305);
struct tls_group WRAP(tls_x25519);
struct tls_scheme WRAP(tls_ecdsa_secp256r1_sha256);

static void
hash_init(struct crypto_hash_ctx *ctx)
{
	enter();
	REAL(hash_sha256).init(ctx);
	leave(SYMMETRIC);
}

static void
hash_update(struct crypto_hash_ctx *ctx, struct span bytes)
{
	enter();
	REAL(hash_sha256).update(ctx, bytes);
	leave(SYMMETRIC);
}

static void
hash_out(const struct crypto_hash_ctx *ctx, uint8_t *digest)
{
	enter();
	REAL(hash_sha256).out(ctx, digest);
	leave(SYMMETRIC);
}

static void
keygen(uint8_t *secret, uint8_t *public, struct crypto_drbg *drbg)
{
	enter();
	REAL(tls_x25519).keygen(secret, public, drbg);
	leave(PUBLIC);
}

static bool
shared(uint8_t *out, const uint8_t *secret, struct span peer)
{
	bool good;

	enter();
	good = REAL(tls_x25519).shared(out, secret, peer);
	leave(PUBLIC);
	return good;
}

static void
sign(const struct tls_scheme *scheme, struct outbuf *out, struct span key, const uint8_t *digest,
    struct crypto_drbg *drbg)
{
	enter();
	REAL(tls_ecdsa_secp256r1_sha256).sign(scheme, out, key, digest, drbg);
	leave(PUBLIC);
}

static bool
verify(const struct tls_scheme *scheme, const struct crypto_public_key *key, const uint8_t *digest,
    struct span signature)
{
	bool good;

	enter();
	good = REAL(tls_ecdsa_secp256r1_sha256).verify(scheme, key, digest, signature);
	leave(PUBLIC);
	return good;
}

#define TIMED_AEAD(name)									\
	static void name##_init(struct crypto_aead_key *key, const uint8_t *secret)		\
	{											\
		enter();									\
		REAL(aead_##name).init(key, secret);						\
		leave(SYMMETRIC);								\
	}											\
	static void name##_seal(const struct crypto_aead_key *key, const uint8_t nonce[CRYPTO_NONCE_LEN],	\
	    struct span aad, uint8_t *data, size_t len, uint8_t tag[CRYPTO_TAG_LEN])		\
	{											\
		enter();									\
		REAL(aead_##name).seal(key, nonce, aad, data, len, tag);			\
		leave(SYMMETRIC);								\
	}											\
	static bool name##_open(const struct crypto_aead_key *key, const uint8_t nonce[CRYPTO_NONCE_LEN],	\
	    struct span aad, uint8_t *data, size_t len, const uint8_t tag[CRYPTO_TAG_LEN])	\
	{											\
		bool good;									\
		enter();									\
		good = REAL(aead_##name).open(key, nonce, aad, data, len, tag);			\
		leave(SYMMETRIC);								\
		return good;									\
	}

TIMED_AEAD(aes128_gcm)
TIMED_AEAD(chacha20_poly1305)

#define AEAD_WRAP(name)	do {									\
		WRAP(aead_##name) = REAL(aead_##name);						\
		WRAP(aead_##name).init = name##_init;						\
		WRAP(aead_##name).seal = name##_seal;						\
		WRAP(aead_##name).open = name##_open;						\
	} while (0)

static void
wrap_descriptors(void)
{
	WRAP(hash_sha256) = REAL(hash_sha256);
	WRAP(hash_sha256).init = hash_init;
	WRAP(hash_sha256).update = hash_update;
	WRAP(hash_sha256).out = hash_out;
	WRAP(tls_x25519) = REAL(tls_x25519);
	WRAP(tls_x25519).keygen = keygen;
	WRAP(tls_x25519).shared = shared;
	WRAP(tls_ecdsa_secp256r1_sha256) = REAL(tls_ecdsa_secp256r1_sha256);
	WRAP(tls_ecdsa_secp256r1_sha256).sign = sign;
	WRAP(tls_ecdsa_secp256r1_sha256).verify = verify;
	AEAD_WRAP(aes128_gcm);
	AEAD_WRAP(chacha20_poly1305);
}

/* ---- Two ends ------------------------------------------------------------------------- */

struct end {
	bool timed, established, over;
	union tls_conn_store store;
	struct tls_conn *conn;
	_Alignas(64) uint8_t buffer[TLS_BUFFER_SIZE];
	uint8_t out[ROOM];
	size_t out_len;
	uint64_t ticks;
};

static struct end client, server = { .timed = true };

static uint64_t
start_clock(const struct end *end)
{
	counting = end->timed;
	return __rdtsc();
}

static void
stop_clock(struct end *end, uint64_t at)
{
	end->ticks += __rdtsc() - at;
	counting = false;
}

static void
fail(const char *why)
{
	fprintf(stderr, "split: %s\n", why);
	exit(1);
}

/* What the appliance does with an event and the buffer, but for its own business. */
static void
feed(struct end *end, struct span bytes)
{
	struct cursor in = cursor_of(bytes);
	uint64_t at = start_clock(end);

	for (;;) {
		struct outbuf out = outbuf_of(end->out + end->out_len, ROOM - end->out_len);
		struct span app;
		enum tls_event event = tls_step(end->conn, &out, &app, &in);

		end->out_len += out.len;
		(void)tls_unlend(end->conn);
		if (event == TLS_WANT_BUFFER)
			tls_lend(end->conn, end->buffer);
		else if (event == TLS_ESTABLISHED)
			end->established = true;
		else if (event == TLS_PEER_CLOSED)
			end->over = true;
		else if (event == TLS_WANT_INPUT)
			break;
		else if (event == TLS_FAILED)
			fail(tls_error_name(tls_failure(end->conn)->code));
	}
	stop_clock(end, at);
}

static void
move(struct end *from, struct end *to)
{
	struct span bytes = { from->out, from->out_len };

	from->out_len = 0;
	feed(to, bytes);
}

static void
say(struct end *end, struct span bytes)
{
	struct outbuf out = outbuf_of(end->out + end->out_len, ROOM - end->out_len);
	struct cursor data = cursor_of(bytes);
	uint64_t at = start_clock(end);

	tls_send(end->conn, &out, &data);
	stop_clock(end, at);
	end->out_len += out.len;
}

static void
begin(struct end *end, const struct tls_config *config, uint8_t seed_byte)
{
	uint8_t seed[TLS_SEED_LEN];
	uint64_t at;

	bytes_set(seed, seed_byte, sizeof seed);
	end->established = end->over = false;
	end->out_len = 0;
	end->ticks = 0;
	at = start_clock(end);
	end->conn = tls_init(&end->store, config, seed, NOW);
	stop_clock(end, at);
}

static void
finish(struct end *end)
{
	struct outbuf out = outbuf_of(end->out, ROOM);
	uint64_t at = start_clock(end);

	tls_close(end->conn, &out);
	(void)tls_wipe(end->conn);
	stop_clock(end, at);
}

static void
handshake(const struct tls_config *client_config, const struct tls_config *server_config, uint8_t seed_byte)
{
	begin(&server, server_config, seed_byte);
	begin(&client, client_config, (uint8_t)~seed_byte);
	feed(&client, (struct span){ NULL, 0 });
	while (client.out_len > 0 || server.out_len > 0) {
		move(&client, &server);
		move(&server, &client);
	}
	if (!client.established || !server.established)
		fail("no handshake");
}

/* ---- Who they are --------------------------------------------------------------------- */

struct identity {
	struct tls_key key;
	uint8_t der[TLS_CERT_MAX];
	struct span chain[1];
	struct tls_credential credential;
};

static struct identity authority, server_identity, client_identity;
static struct tls_anchor anchor;

static void
make_identity(struct identity *who, enum tls_cert_kind kind, uint8_t seed_byte)
{
	struct tls_cert_request request = { .kind = kind, .common_name = kind == TLS_CERT_AUTHORITY ? "ca" : "end",
	    .issuer_name = "ca", .not_before_s = NOW - 1000, .not_after_s = NOW + 1000, .serial = { seed_byte, 1 } };
	struct outbuf der = outbuf_of(who->der, sizeof who->der);
	uint8_t seed[TLS_SEED_LEN];

	bytes_set(seed, seed_byte, sizeof seed);
	tls_key_make(&who->key, seed);
	tls_cert_make(&der, &request, who->key.point, &authority.key);
	who->chain[0] = outbuf_span(&der);
	who->credential = (struct tls_credential){ &tls_ecdsa_secp256r1_sha256, who->chain, 1, SPAN_ARRAY(who->key.scalar) };
}

static const struct tls_group *const GROUPS[] = { &tls_x25519, &tls_secp256r1 };	/* the second for the certificates of TLS 1.2 */
static const struct tls_scheme *const SCHEMES[] = { &tls_ecdsa_secp256r1_sha256 };

static struct tls_config
configured(const struct tls_protocol *const *protocol, const struct tls_suite *const *suite, const struct identity *who)
{
	return (struct tls_config){ .protocols = protocol, .num_protocols = 1, .suites = suite, .num_suites = 1,
	    .groups = GROUPS, .num_groups = 2, .schemes = SCHEMES, .num_schemes = 1,
	    .credentials = &who->credential, .num_credentials = 1, .anchors = &anchor, .num_anchors = 1 };
}

/* ---- Measuring ------------------------------------------------------------------------ */

static double ticks_per_us, call_inside, call_outside;	/* ticks of the clock itself, for each call */

static void
calibrate(void)
{
	struct timespec a, b;
	uint64_t begin_ticks, end_ticks;

	clock_gettime(CLOCK_MONOTONIC, &a);
	begin_ticks = __rdtsc();
	do
		clock_gettime(CLOCK_MONOTONIC, &b);
	while ((b.tv_sec - a.tv_sec) * 1000000000 + b.tv_nsec - a.tv_nsec < 100000000);
	end_ticks = __rdtsc();
	ticks_per_us = (double)(end_ticks - begin_ticks) /
	    ((double)(b.tv_sec - a.tv_sec) * 1e6 + (double)(b.tv_nsec - a.tv_nsec) / 1e3);
	counting = true;
	begin_ticks = __rdtsc();
	for (unsigned i = 0; i < 100000; i++) {
		enter();
		leave(SYMMETRIC);
	}
	end_ticks = __rdtsc();
	counting = false;
	call_inside = (double)spent[SYMMETRIC] / 1e5;
	call_outside = (double)(end_ticks - begin_ticks) / 1e5 - call_inside;
}

struct sample { double total, sort[NUM_SORTS], rest; };

static void
clear(void)
{
	spent[PUBLIC] = spent[SYMMETRIC] = num_calls = 0;
	server.ticks = 0;
}

static struct sample
sample_now(void)
{
	struct sample s;

	/* All but a handful of the calls are symmetric. */
	s.sort[PUBLIC] = (double)spent[PUBLIC];
	s.sort[SYMMETRIC] = (double)spent[SYMMETRIC] - call_inside * (double)num_calls;
	s.total = (double)server.ticks - (call_inside + call_outside) * (double)num_calls;
	s.rest = s.total - s.sort[PUBLIC] - s.sort[SYMMETRIC];
	return s;
}

static int
compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double
median(double *values, size_t num)
{
	qsort(values, num, sizeof *values, compare);
	return values[num / 2];
}

static void
split(const char *name, const struct tls_protocol *client_protocol, const struct tls_protocol *server_protocol,
    const struct tls_suite *suite, size_t num)
{
	static double total[ROUNDS_MAX], public[ROUNDS_MAX], symmetric[ROUNDS_MAX], rest[ROUNDS_MAX];
	struct tls_config client_config = configured(&client_protocol, &suite, &client_identity);
	struct tls_config server_config = configured(&server_protocol, &suite, &server_identity);

	for (size_t i = 0; i < num; i++) {
		struct sample s;

		clear();
		handshake(&client_config, &server_config, (uint8_t)i);
		finish(&server);
		s = sample_now();
		finish(&client);
		total[i] = s.total / ticks_per_us;
		public[i] = s.sort[PUBLIC] / ticks_per_us;
		symmetric[i] = s.sort[SYMMETRIC] / ticks_per_us;
		rest[i] = s.rest / ticks_per_us;
	}
	printf("split %s total_us %.1f public_us %.1f symmetric_us %.1f rest_us %.1f calls %lu\n", name, median(total, num),
	    median(public, num), median(symmetric, num), median(rest, num), (unsigned long)num_calls);
}

static void
bulk(const char *name, const struct tls_suite *suite, size_t num)
{
	static const struct tls_protocol *const CLIENT = &tls13_client, *const SERVER = &tls13_server;
	static uint8_t data[BULK_BYTES];
	static double rate[4][ROUNDS_MAX];
	struct tls_config client_config = configured(&CLIENT, &suite, &client_identity);
	struct tls_config server_config = configured(&SERVER, &suite, &server_identity);

	handshake(&client_config, &server_config, 1);
	for (size_t i = 0; i < num; i++) {
		clear();
		say(&server, SPAN_ARRAY(data));
		rate[0][i] = sample_now().total;
		rate[2][i] = sample_now().sort[SYMMETRIC];
		move(&server, &client);
		say(&client, SPAN_ARRAY(data));
		clear();
		move(&client, &server);
		rate[1][i] = sample_now().total;
		rate[3][i] = sample_now().sort[SYMMETRIC];
	}
	finish(&client);
	finish(&server);
	for (size_t i = 0; i < 4; i++)
		rate[i][0] = BULK_BYTES * ticks_per_us / median(rate[i], num);
	printf("bulk %s seal_mb_s %.0f open_mb_s %.0f primitive_seal_mb_s %.0f primitive_open_mb_s %.0f\n", name, rate[0][0],
	    rate[1][0], rate[2][0], rate[3][0]);
}

int
main(int argc, char **argv)
{
	unsigned long num = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;

	if (num < 1 || num > ROUNDS_MAX) {
		fprintf(stderr, "usage: split ROUNDS\n");
		return 2;
	}
	wrap_descriptors();
	calibrate();
	make_identity(&authority, TLS_CERT_AUTHORITY, 1);
	make_identity(&authority, TLS_CERT_AUTHORITY, 1);	/* now signed by itself */
	make_identity(&server_identity, TLS_CERT_SERVER, 2);
	make_identity(&client_identity, TLS_CERT_CLIENT, 3);
	anchor.cert = authority.chain[0];
	split("1.2 plain", &tls12_client, &tls12_server, &tls12_ecdhe_ecdsa_aes_128_gcm_sha256, num);
	split("1.2 mutual", &tls12_client, &tls12_server_client_cert_required, &tls12_ecdhe_ecdsa_aes_128_gcm_sha256, num);
	split("1.3 plain", &tls13_client, &tls13_server, &tls_aes_128_gcm_sha256, num);
	split("1.3 mutual", &tls13_client, &tls13_server_client_cert_required, &tls_aes_128_gcm_sha256, num);
	bulk("AES-128-GCM", &tls_aes_128_gcm_sha256, num);
	bulk("ChaCha20-Poly1305", &tls_chacha20_poly1305_sha256, num);
	return 0;
}
