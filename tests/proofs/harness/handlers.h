/*
 * handlers.h: what stands around a handshake handler of either version in a proof.
 *
 * State: one connection `conn` whose pointers are good and whose every number is arbitrary; the harness narrows it to
 * what its state's row guarantees (tls13.h's begin() picks the row).  Input: one message `in` of any bytes, of any length up to
 * TLS_MESSAGE_TOP, an object of its own, so that one byte too far is seen; the record half of the buffer is another.
 * Lists of the configuration may have 32 items (config_check), of which handlers see two: everything else is for callees.
 *
 * Callees are stubs.  Each ASSERTs what its header or its contract demands (ranges, lengths, no NULL, no overflow of a
 * message, room in the flight, a transcript that has the hash) and answers anything that it may: a parser any views
 * into its input (the POST of its contract), a choice any item of the configuration, a cipher, a comparison and a
 * signature anything.  What they saw and said is in `ghost`.  witness.c is the real one.
 */
#ifndef PROOFS_HANDLERS_H
#define PROOFS_HANDLERS_H

#include "tests/proofs/harness/shared.h"

/*
 * CBMC 6.6 forgets what lies behind the first member of a union in a nondeterministic struct.  So a payload has a place for each member;
 * a member that its state does not say holds anything: one that was never written is arbitrary, as what is left of another would be.
 */
#define union struct

#define BASE_CT_H	/* in place of platform/base/ct.h: ct_equal below */
static bool ct_equal(const uint8_t *a, const uint8_t *b, size_t len);

#include "platform/base/sha256.h"
#include "tlsstack/answer.h"
#include "tlsstack/client_hello.h"
#include "tlsstack/conn.h"
#include "tlsstack/hello.h"
#include "tlsstack/negotiate.h"
#include "tlsstack/peer.h"
#include "tlsstack/tls13_messages.h"

bool nondet_bool(void);
uint8_t nondet_uint8(void);
uint16_t nondet_uint16(void);
unsigned nondet_unsigned(void);
size_t nondet_size(void);
struct tls_conn nondet_conn(void);
struct tls_config nondet_config(void);
struct tls_suite nondet_suite(void);
struct tls_group nondet_group(void);
struct tls_scheme nondet_scheme(void);
struct hs_input nondet_input(void);
struct client_hello nondet_client_hello(void);
struct server_hello nondet_server_hello(void);
struct crypto_public_key nondet_public_key(void);
void *malloc(size_t len);
void other_side(void) { }

/* What the stubs saw and said. */
static struct {
	bool shared_good;			/* a key exchange was good */
	bool cert_good, sig_good;		/* the peer's chain; a signature of the peer's */
	bool equal_said;			/* ct_equal() */
	bool digest_equal, cookie_equal;	/* bytes_equal() of a second hello, and its cookie */
	const uint8_t *equal_a, *equal_b, *verified;	/* what was compared; the digest whose signature was */
	size_t equal_len;
	uint8_t read_key, write_key;		/* first byte of the secret last installed, or switched to */
	unsigned num_read_keys, num_write_keys, num_seals, num_ccs, num_messages;
	bool hash_kept;
	int last_item;				/* of the flight: record type, or -1 for a switch, or 0 */
} ghost;

#define OK_SPAN(span)		((span).len == 0 || __CPROVER_r_ok((span).ptr, (span).len))
#define OK_CURSOR(in)		((in).pos <= (in).end && ((in).end == 0 || __CPROVER_r_ok((in).base, (in).end)))
#define OK_HASH(hash)		((hash) == &hash_32 || (hash) == &hash_48 || (hash) == &hash_64)

static struct tls_err
any_err(void)
{
	return (struct tls_err){ NULL, 0, nondet_uint8() };
}

/* ---- Descriptors (tlsstack/crypto/crypto.h) ----------------------------------------------- */

static void any_hash_init(struct crypto_hash_ctx *ctx) { ASSERT(__CPROVER_w_ok(ctx, sizeof *ctx)); }
static void any_hash_update(struct crypto_hash_ctx *ctx, struct span bytes) { ASSERT(__CPROVER_w_ok(ctx, sizeof *ctx) && OK_SPAN(bytes)); }
static void any_out_32(const struct crypto_hash_ctx *ctx, uint8_t *digest) { (void)ctx; ASSERT(__CPROVER_w_ok(digest, 32)); __CPROVER_havoc_slice(digest, 32); }
static void any_out_48(const struct crypto_hash_ctx *ctx, uint8_t *digest) { (void)ctx; ASSERT(__CPROVER_w_ok(digest, 48)); __CPROVER_havoc_slice(digest, 48); }
static void any_out_64(const struct crypto_hash_ctx *ctx, uint8_t *digest) { (void)ctx; ASSERT(__CPROVER_w_ok(digest, 64)); __CPROVER_havoc_slice(digest, 64); }

static const struct crypto_hash hash_32 = { 32, 64, any_hash_init, any_hash_update, any_out_32 };
static const struct crypto_hash hash_48 = { 48, 128, any_hash_init, any_hash_update, any_out_48 };
static const struct crypto_hash hash_64 = { 64, 128, any_hash_init, any_hash_update, any_out_64 };

static void
any_keygen(uint8_t *secret, uint8_t *public, struct crypto_drbg *drbg)
{
	ASSERT(__CPROVER_w_ok(secret, CRYPTO_KX_SECRET_MAX) && __CPROVER_w_ok(public, CRYPTO_KX_PUBLIC_MAX));
	ASSERT(__CPROVER_w_ok(drbg, sizeof *drbg));
	__CPROVER_havoc_slice(secret, CRYPTO_KX_SECRET_MAX);
	__CPROVER_havoc_slice(public, CRYPTO_KX_PUBLIC_MAX);
}

static bool
any_shared(uint8_t *shared, const uint8_t *secret, struct span peer)
{
	ASSERT(__CPROVER_w_ok(shared, CRYPTO_KX_SHARED_MAX) && __CPROVER_r_ok(secret, CRYPTO_KX_SECRET_MAX) && OK_SPAN(peer));
	__CPROVER_havoc_slice(shared, CRYPTO_KX_SHARED_MAX);
	return ghost.shared_good = nondet_bool();
}

static void
any_sign(const struct tls_scheme *scheme, struct outbuf *out, struct span key, const uint8_t *digest, struct crypto_drbg *drbg)
{
	size_t len = nondet_size();

	ASSERT(OK_SPAN(key) && __CPROVER_r_ok(digest, scheme->hash->len) && __CPROVER_w_ok(drbg, sizeof *drbg));
	ASSERT(!out->overflow && out->len <= out->cap && out->cap - out->len >= CRYPTO_SIGNATURE_MAX && __CPROVER_w_ok(out->ptr, out->cap));
	ASSUME(len <= CRYPTO_SIGNATURE_MAX);
	out->len += len;
}

static bool
any_verify(const struct tls_scheme *scheme, const struct crypto_public_key *key, const uint8_t *digest, struct span signature)
{
	ASSERT(__CPROVER_r_ok(digest, scheme->hash->len) && __CPROVER_r_ok(key, sizeof *key) && OK_SPAN(signature));
	ghost.verified = digest;
	return ghost.sig_good = nondet_bool();
}

static const struct crypto_aead aead = { .key_len = 32, .seal_limit = 1000 };

/* ---- The configuration, as config_check() lets it through ---------------------------------- */

#define LIST_MAX	32

static struct tls_config config;
static struct tls_suite suites[2];
static struct tls_group groups[2];
static struct tls_scheme schemes[2];
static struct tls_credential credentials[2];
static struct span chain[2];
static const struct tls_suite *suite_list[LIST_MAX];
static const struct tls_group *group_list[LIST_MAX];
static const struct tls_scheme *scheme_list[LIST_MAX];
static uint8_t own_chain[TLS_OWN_CHAIN_MAX], own_key[32], own_cookie[TLS_COOKIE_MAX], own_name[255];

static const struct tls_suite *one_suite(void) { return &suites[nondet_bool() ? 1 : 0]; }
static const struct tls_group *one_group(void) { return &groups[nondet_bool() ? 1 : 0]; }
static const struct tls_scheme *one_scheme(void) { return &schemes[nondet_bool() ? 1 : 0]; }
static const struct tls_credential *one_credential(void) { return &credentials[nondet_bool() ? 1 : 0]; }

static const struct crypto_hash *
one_hash(bool of_suite)
{
	return nondet_bool() ? &hash_32 : of_suite || nondet_bool() ? &hash_48 : &hash_64;
}

static void
any_config(uint16_t version)
{
	config = nondet_config();
	for (unsigned i = 0; i < 2; i++) {
		suites[i] = nondet_suite();
		suites[i].version = version;
		suites[i].hash = one_hash(true);
		suites[i].aead = &aead;
		groups[i] = nondet_group();
		groups[i].keygen = any_keygen;
		groups[i].shared = any_shared;
		ASSUME(groups[i].secret_len <= CRYPTO_KX_SECRET_MAX && groups[i].public_len <= CRYPTO_KX_PUBLIC_MAX &&
		    groups[i].shared_len <= CRYPTO_KX_SHARED_MAX);
		schemes[i] = nondet_scheme();
		schemes[i].hash = one_hash(false);
		schemes[i].sign = any_sign;
		schemes[i].verify = any_verify;
		chain[i] = (struct span){ own_chain, nondet_size() };
		ASSUME(chain[i].len > 0 && chain[i].len <= TLS_OWN_CHAIN_MAX);
		credentials[i] = (struct tls_credential){ one_scheme(), chain, nondet_bool() ? 1 : 2, { own_key, sizeof own_key } };
	}
	config.suites = suite_list;
	config.groups = group_list;
	config.schemes = scheme_list;
	config.credentials = credentials;
	ASSUME(config.num_suites > 0 && config.num_suites <= LIST_MAX && config.num_groups > 0 && config.num_groups <= LIST_MAX);
	ASSUME(config.num_schemes <= LIST_MAX);
	config.cookie = (struct span){ own_cookie, nondet_size() };
	ASSUME(config.cookie.len <= TLS_COOKIE_MAX);
}

/* ---- The connection and a message ------------------------------------------------------------ */

static struct tls_conn conn;
static union hs_payload next;		/* zero on entry: run_row() */
static uint8_t buffer[TLS_RECORD_MAX];	/* the record half of the lent buffer */
static struct hs_input in;

static bool
hash_runs(const struct crypto_hash *hash)
{
	return hash != NULL && (conn.transcript.hash[0] == hash || conn.transcript.hash[1] == hash || conn.transcript.hash[2] == hash);
}

/*
 * What holds in every state when a handler is called: a buffer is lent (a message is in it); nothing waits to be sent
 * (tls_step() pumps before it reads, and a message that is answered ends its record); the limit for
 * what we send is one that hello_record_size_limit_parse() lets through, less the type.
 */
static bool
conn_ok(void)
{
	return conn.config == &config && conn.buffer == buffer && conn.send_limit >= 63 && conn.send_limit <= TLS_PLAINTEXT_MAX &&
	    conn.info.alpn.len <= sizeof own_name && (conn.info.alpn.len == 0 || conn.info.alpn.ptr == own_name);
}

/* `chosen`: a hello has chosen the suite, whose hash runs; before that each hash that a suite may want does (want_hashes()). */
static void
any_conn(const struct tls_protocol *protocol, bool chosen)
{
	any_config(protocol->version);
	conn = nondet_conn();
	conn.config = &config;
	conn.protocol = protocol;
	conn.suite = chosen ? one_suite() : NULL;
	conn.buffer = buffer;
	conn.info.alpn = (struct span){ own_name, nondet_size() };
	conn.flight.num = conn.flight.next = 0;
	conn.flight.len = 0;
	conn.transcript.hash[0] = !chosen || nondet_bool() ? &hash_32 : NULL;
	conn.transcript.hash[1] = !chosen || nondet_bool() ? &hash_48 : NULL;
	conn.transcript.hash[2] = nondet_bool() ? &hash_64 : NULL;
	ASSUME(conn_ok() && (!chosen || hash_runs(conn.suite->hash)));
}

static void
any_input(void)
{
	size_t len = nondet_size();
	uint8_t *message;

	ASSUME(len >= 4 && len <= TLS_MESSAGE_TOP);
	message = malloc(len);
	ASSUME(message != NULL);
	in = nondet_input();
	in.whole = (struct span){ message, len };
	in.body = (struct cursor){ message + 4, 0, len - 4 };
}

/* A piece of what a cursor views, as parsers answer it; and a cursor over a part of it. */
static struct span
any_view(struct cursor of, size_t max)
{
	size_t at = nondet_size(), len = nondet_size();

	ASSUME(at <= of.end && len <= of.end - at && len <= max);
	return len == 0 ? (struct span){ NULL, 0 } : (struct span){ of.base + at, len };
}

static struct cursor
any_slice(struct cursor of)
{
	struct cursor part = { of.base, nondet_size(), nondet_size() };

	ASSUME(part.end <= of.end && part.pos <= part.end);
	return part;
}

/* ---- Memory, comparisons, random bytes -------------------------------------------------------- */

static bool
ct_equal(const uint8_t *a, const uint8_t *b, size_t len)
{
	ASSERT(len == 0 || (__CPROVER_r_ok(a, len) && __CPROVER_r_ok(b, len)));
	ghost.equal_a = a;
	ghost.equal_b = b;
	ghost.equal_len = len;
	return ghost.equal_said = nondet_bool();
}

bool
bytes_equal(struct span a, struct span b)
{
	bool same = a.len == b.len && nondet_bool();

	ASSERT(OK_SPAN(a) && OK_SPAN(b));
	if (b.ptr == conn.now.retry.hello_digest)
		ghost.digest_equal = same;
	if (b.ptr == own_cookie)
		ghost.cookie_equal = same;
	return same;
}

void
sha256(uint8_t digest[SHA256_LEN], struct span bytes)
{
	ASSERT(__CPROVER_w_ok(digest, SHA256_LEN) && OK_SPAN(bytes));
	__CPROVER_havoc_slice(digest, SHA256_LEN);
}

void
drbg_bytes(struct crypto_drbg *drbg, uint8_t *out, size_t len)
{
	ASSERT(__CPROVER_w_ok(drbg, sizeof *drbg) && __CPROVER_w_ok(out, len));
	__CPROVER_havoc_slice(out, len);
}

/* ---- transcript.h: `hash` runs, or it panics ---------------------------------------------------- */

void transcript_add(struct transcript *transcript, struct span message) { ASSERT(transcript == &conn.transcript && OK_SPAN(message)); }

void
transcript_out(const struct transcript *transcript, const struct crypto_hash *hash, uint8_t *digest)
{
	ASSERT(transcript == &conn.transcript && hash_runs(hash) && __CPROVER_w_ok(digest, hash->len));
	__CPROVER_havoc_slice(digest, hash->len);
}

void
transcript_keep(struct transcript *transcript, const struct crypto_hash *hash)
{
	ASSERT(transcript == &conn.transcript && hash_runs(hash));
	for (unsigned i = 0; i < TRANSCRIPT_HASHES; i++)
		if (transcript->hash[i] != hash)
			transcript->hash[i] = NULL;
	ghost.hash_kept = true;
}

void
transcript_message_hash(struct transcript *transcript, const struct crypto_hash *hash)
{
	transcript_keep(transcript, hash);
}

/* ---- trace.h ---------------------------------------------------------------------------------------- */

void
trace_hello(struct tls_trace *trace, const struct client_hello *hello)
{
	ASSERT(trace == &conn.flight.trace && OK_CURSOR(hello->versions) && OK_CURSOR(hello->suites) && OK_CURSOR(hello->groups));
	ASSERT(OK_CURSOR(hello->shares) && OK_CURSOR(hello->schemes));
}

/* ---- flight.h (its own proofs are in harness/flight.c): what it would panic over, and its counters -- */

#define FLIGHT_ROOM	TLS_PLAINTEXT_MAX

static void
item_add(struct flight *flight, int what)
{
	ASSERT(flight == &conn.flight);
	if (what > 0 && ghost.last_item == what)
		return;		/* messages share an item */
	ASSERT(flight->num < TLS_FLIGHT_ITEMS);
	flight->num++;
	ghost.last_item = what;
}

struct outbuf
flight_open(const struct flight *flight, uint8_t *room)
{
	ASSERT(flight == &conn.flight && room != NULL && flight->len <= FLIGHT_ROOM);
	return outbuf_of(room + flight->len, FLIGHT_ROOM - flight->len);
}

void
flight_message_begin(struct outbuf *message, uint8_t type)
{
	outbuf_uint(message, type, 1);
	outbuf_uint(message, 0, 3);
}

void
flight_message(struct flight *flight, struct outbuf *message, struct transcript *transcript)
{
	ASSERT(transcript == &conn.transcript);
	ASSERT(!message->overflow && message->len >= 4);
	ASSERT(message->ptr == buffer + flight->len && message->len <= FLIGHT_ROOM - flight->len);
	flight->len = (uint16_t)(flight->len + message->len);
	ghost.num_messages++;
	item_add(flight, RECORD_HANDSHAKE);
}

void
flight_change_cipher_spec(struct flight *flight, uint8_t *room)
{
	ASSERT(flight == &conn.flight && room == buffer && flight->len < FLIGHT_ROOM);
	flight->len++;
	ghost.num_ccs++;
	item_add(flight, RECORD_CHANGE_CIPHER_SPEC);
}

void
flight_switch(struct flight *flight, const struct record_secret *secret)
{
	ASSERT(__CPROVER_r_ok(secret, sizeof *secret) && secret->suite == conn.suite && conn.suite != NULL);
	ghost.write_key = secret->key[0];
	ghost.num_write_keys++;
	item_add(flight, -1);
}

/* A builder appends one message of at most `max` bytes; what does not fit is latched. */
static void
any_message(struct outbuf *out, size_t max)
{
	size_t len = nondet_size();

	ASSERT(out->len <= out->cap && __CPROVER_w_ok(out->ptr, out->cap));
	ASSUME(len >= 4 && len <= max);
	if (len > out->cap - out->len)
		out->overflow = true;
	else
		out->len += len;
}

/* ---- record.h -------------------------------------------------------------------------------------------- */

void
record_key_set(struct record_key *key, const struct record_secret *secret)
{
	ASSERT(key == &conn.read || key == &conn.write);
	ASSERT(__CPROVER_r_ok(secret, sizeof *secret) && secret->suite == conn.suite && conn.suite != NULL);
	key->suite = secret->suite;
	key->seq = 0;
	if (key == &conn.read) {
		ghost.read_key = secret->key[0];
		ghost.num_read_keys++;
	} else {
		ghost.write_key = secret->key[0];
		ghost.num_write_keys++;
	}
}

void
record_seal(struct record_key *key, struct outbuf *out, uint16_t legacy_version, enum record_type type, struct span bytes)
{
	(void)legacy_version;
	(void)type;
	ASSERT(key == &conn.write && OK_SPAN(bytes) && __CPROVER_w_ok(out->ptr, out->cap));
	ASSERT(out->len <= out->cap && out->cap - out->len >= bytes.len + RECORD_OVERHEAD_MAX);
	ghost.num_seals++;
}

#include "tests/proofs/harness/handlers_callees.h"

#endif
