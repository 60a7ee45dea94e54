/*
 * tls13.h: what stands around a TLS 1.3 handler, beside handlers.h: the key schedule, which knows its secrets by a mark in
 * their first byte, and the messages.
 *
 * Marks make "a key is installed only after its secret was derived, and is that of the right side" a fact that is checked:
 * tls13_derive() demands the handshake or master secret for its label and marks what it gives; a record key carries the mark
 * of its traffic secret to record_key_set() and flight_switch(), which note it in `ghost`; wiping forgets it.
 */
#ifndef PROOFS_TLS13_H
#define PROOFS_TLS13_H

#include "tests/proofs/harness/handlers.h"
#include "tests/proofs/harness/tls13_sizes.h"

#define TLS13_OPEN_H	/* in place of tlsstack/tls13_open.h, whose handler CBMC 6.6 can not read */
struct tls_err tls13_on_key_update(struct tls_conn *with, union hs_payload *to, const struct hs_input *from, enum hs_state *state);
void tls13_rekey(struct tls_conn *with, struct outbuf *out);
void tls13_export(const struct tls_conn *with, uint8_t *out, size_t out_len, struct span label, struct span context);

#include "tlsstack/tls13_schedule.h"
#include "tlsstack/witness.c"

void
hash_of(const struct crypto_hash *hash, uint8_t *digest, struct span bytes)
{
	ASSERT(OK_HASH(hash) && __CPROVER_w_ok(digest, hash->len) && OK_SPAN(bytes));
	__CPROVER_havoc_slice(digest, hash->len);
}

enum { HANDSHAKE = 1, MASTER, C_HS, S_HS, C_AP, S_AP, EXPORTER, VERIFY };

#define MARK(secret)	((secret).bytes[0])

struct certificate13 nondet_certificate13(void);
struct choice13 nondet_choice13(void);

static struct {
	uint8_t sent_finished, checked_finished;	/* mark of the secret */
	const uint8_t *finished_at, *signed_at, *signed_over;
	bool signed_by_server;
	unsigned num_retries, num_hellos, num_certificates, num_signatures, num_requests;
} ghost13;

/* ---- tls13_schedule.h ------------------------------------------------------------------------------- */

void
tls13_expand_label(const struct crypto_hash *hash, uint8_t *out, size_t out_len, const struct secret *secret, struct span label,
    struct span context)
{
	ASSERT(OK_HASH(hash) && out_len <= 255 * hash->len && __CPROVER_w_ok(out, out_len) && __CPROVER_r_ok(secret->bytes, hash->len));
	ASSERT(OK_SPAN(label) && label.len <= 249 && OK_SPAN(context) && context.len <= CRYPTO_HASH_MAX);
	__CPROVER_havoc_slice(out, out_len);
}

void
tls13_derive(const struct crypto_hash *hash, struct secret *out, const struct secret *from, struct span label, const uint8_t *transcript_hash)
{
	uint8_t mark = 0;

	ASSERT(OK_HASH(hash) && hash->len <= sizeof out->bytes && __CPROVER_w_ok(out, sizeof *out) && __CPROVER_r_ok(from, sizeof *from));
	ASSERT(OK_SPAN(label) && label.len <= 249 && (transcript_hash == NULL || __CPROVER_r_ok(transcript_hash, hash->len)));
	if (transcript_hash != NULL) {
		if (label.len == 12 && label.ptr[2] == 'h') {		/* "c hs traffic", "s hs traffic" */
			ASSERT(MARK(*from) == HANDSHAKE);
			mark = label.ptr[0] == 'c' ? C_HS : S_HS;
		} else {						/* "c ap traffic", "s ap traffic", "exp master" */
			ASSERT(MARK(*from) == MASTER);
			mark = label.ptr[0] == 'e' ? EXPORTER : label.ptr[0] == 'c' ? C_AP : S_AP;
		}
	}
	__CPROVER_havoc_slice(out->bytes, sizeof out->bytes);
	MARK(*out) = mark;
}

void
tls13_handshake_secret(const struct crypto_hash *hash, struct secret *out, struct span shared)
{
	ASSERT(OK_HASH(hash) && hash->len <= sizeof out->bytes && __CPROVER_w_ok(out, sizeof *out));
	ASSERT(ghost.shared_good && OK_SPAN(shared) && shared.len <= CRYPTO_KX_SHARED_MAX);
	__CPROVER_havoc_slice(out->bytes, sizeof out->bytes);
	MARK(*out) = HANDSHAKE;
}

void
tls13_master_secret(const struct crypto_hash *hash, struct secret *out, const struct secret *handshake)
{
	ASSERT(OK_HASH(hash) && hash->len <= sizeof out->bytes && __CPROVER_w_ok(out, sizeof *out) && __CPROVER_r_ok(handshake, sizeof *handshake));
	ASSERT(MARK(*handshake) == HANDSHAKE);
	__CPROVER_havoc_slice(out->bytes, sizeof out->bytes);
	MARK(*out) = MASTER;
}

void
tls13_record_secret(struct record_secret *out, const struct tls_suite *suite, const struct secret *traffic)
{
	uint8_t mark = MARK(*traffic);

	ASSERT(__CPROVER_w_ok(out, sizeof *out) && suite == conn.suite && suite != NULL && suite->aead->key_len <= CRYPTO_AEAD_KEY_MAX);
	ASSERT(mark == C_HS || mark == S_HS || mark == C_AP || mark == S_AP);
	out->suite = suite;
	out->key[0] = mark;
}

void
tls13_next_traffic(const struct crypto_hash *hash, struct secret *traffic)
{
	uint8_t mark = MARK(*traffic);

	ASSERT(OK_HASH(hash) && hash->len <= sizeof traffic->bytes && __CPROVER_w_ok(traffic, sizeof *traffic));
	__CPROVER_havoc_slice(traffic->bytes, sizeof traffic->bytes);
	MARK(*traffic) = mark;
}

void
tls13_finished(const struct crypto_hash *hash, uint8_t *out, const struct secret *traffic, const uint8_t *transcript_hash)
{
	ASSERT(OK_HASH(hash) && __CPROVER_w_ok(out, hash->len) && __CPROVER_r_ok(transcript_hash, hash->len));
	ASSERT(MARK(*traffic) == C_HS || MARK(*traffic) == S_HS);
	__CPROVER_havoc_slice(out, hash->len);
	ghost13.finished_at = out;
	if (transcript_hash == in.before)
		ghost13.checked_finished = MARK(*traffic);
	else
		ghost13.sent_finished = MARK(*traffic);
}

void
tls13_signed_digest(const struct tls_scheme *scheme, uint8_t *digest, bool by_server, struct span transcript_hash)
{
	ASSERT(__CPROVER_w_ok(digest, scheme->hash->len) && OK_SPAN(transcript_hash) && transcript_hash.len == conn.suite->hash->len);
	__CPROVER_havoc_slice(digest, scheme->hash->len);
	ghost13.signed_by_server = by_server;
	ghost13.signed_over = transcript_hash.ptr;
	ghost13.signed_at = digest;
}

/* ---- tls13_messages.h: parsers, by their contracts ------------------------------------------------------ */

struct tls_err
tls13_certificate_parse(struct certificate13 *certificate, struct cursor body, uint32_t offered)
{
	struct tls_err err = any_err();

	(void)offered;
	ASSERT(__CPROVER_w_ok(certificate, sizeof *certificate) && OK_CURSOR(body));
	*certificate = nondet_certificate13();
	ASSUME(certificate->num_chain <= TLS_CERTIFICATES_MAX);
	if (err.code != 0)
		return err;
	for (size_t i = 0; i < TLS_CERTIFICATES_MAX; i++)
		if (i < certificate->num_chain)
			certificate->chain[i] = any_view(body, TLS_MESSAGE_TOP);
	certificate->context = any_view(body, 255);
	return TLS_OK;
}

struct tls_err
tls13_key_update_parse(bool *requested, struct cursor body)
{
	ASSERT(__CPROVER_w_ok(requested, sizeof *requested) && OK_CURSOR(body));
	*requested = nondet_bool();
	return any_err();
}

struct tls_err
tls13_retry_group_parse(uint16_t *group, struct cursor body)
{
	ASSERT(__CPROVER_w_ok(group, sizeof *group) && OK_CURSOR(body));
	*group = nondet_uint16();
	return any_err();
}

struct tls_err
tls13_share_parse(uint16_t *group, struct span *share, struct cursor body)
{
	ASSERT(__CPROVER_w_ok(group, sizeof *group) && __CPROVER_w_ok(share, sizeof *share) && OK_CURSOR(body));
	*group = nondet_uint16();
	*share = any_view(body, 0xffff);
	return any_err();
}

struct tls_err
tls13_certificate_request_parse(struct cursor *accepted, struct cursor body)
{
	ASSERT(__CPROVER_w_ok(accepted, sizeof *accepted) && OK_CURSOR(body));
	*accepted = any_slice(body);
	return any_err();
}

struct tls_err
tls13_ticket_parse(struct cursor body)
{
	ASSERT(OK_CURSOR(body));
	return any_err();
}

struct tls_err
extensions_parse(struct extensions *ext, struct cursor *from, unsigned where, uint32_t offered)
{
	(void)where;
	(void)offered;
	ASSERT(__CPROVER_w_ok(ext, sizeof *ext) && OK_CURSOR(*from));
	ext->seen = nondet_unsigned();
	any_extensions(ext, *from);
	from->pos = from->end;
	return any_err();
}

struct tls_err
list16_parse(struct cursor *list, struct cursor body)
{
	ASSERT(__CPROVER_w_ok(list, sizeof *list) && OK_CURSOR(body));
	*list = any_slice(body);
	return any_err();
}

/* ---- negotiate.h: all of a choice, or a refusal; a share is of the hello's, and not empty ------------- */

struct tls_err
negotiate_13(struct choice13 *choice, const struct tls_config *with, const struct client_hello *hello)
{
	struct cursor shares = hello->shares;

	ASSERT(__CPROVER_w_ok(choice, sizeof *choice) && with == &config && OK_CURSOR(hello->suites) && OK_CURSOR(hello->groups));
	ASSERT(OK_CURSOR(hello->schemes) && OK_CURSOR(hello->shares) && OK_CURSOR(hello->compressions));
	*choice = (struct choice13){ 0 };
	if (nondet_bool())
		return FAIL(NO_COMMON_SUITE);
	choice->suite = one_suite();
	choice->group = one_group();
	choice->credential = one_credential();
	if (nondet_bool())
		choice->share = any_view(shares, 0xffff);
	return TLS_OK;
}

/* ---- tls13_messages.h: builders, and the most that each appends (harness/tls13_messages.c proves both) ------ */

void
tls13_server_hello_build(struct outbuf *out, const struct server_hello13 *hello)
{
	ASSERT(hello->random.len == 32 && OK_SPAN(hello->random) && hello->session_id.len <= 32 && OK_SPAN(hello->session_id));
	ASSERT(hello->share.len <= CRYPTO_KX_PUBLIC_MAX && OK_SPAN(hello->share) && hello->cookie.len <= TLS_COOKIE_MAX && OK_SPAN(hello->cookie));
	if (hello->random.ptr == tls13_retry_random)
		ghost13.num_retries++;
	else
		ghost13.num_hellos++;
	any_message(out, SERVER_HELLO_MAX);
}

void
tls13_encrypted_extensions_build(struct outbuf *out, const struct encrypted_extensions *with)
{
	ASSERT(with->num_groups <= LIST_MAX && __CPROVER_r_ok(with->groups, with->num_groups * sizeof *with->groups));
	ASSERT(with->record_size_limit <= 0xffff && with->alpn.len <= 255 && OK_SPAN(with->alpn));
	any_message(out, ENCRYPTED_MAX);
}

void
tls13_certificate_request_build(struct outbuf *out, const struct tls_scheme *const *accepted, size_t num, struct span authorities)
{
	ASSERT(num <= LIST_MAX && __CPROVER_r_ok(accepted, num * sizeof *accepted));
	ASSERT(authorities.len <= TLS_AUTHORITIES_MAX + 2 && OK_SPAN(authorities));
	ghost13.num_requests++;
	any_message(out, REQUEST_MAX);
}

void
tls13_certificate_build(struct outbuf *out, struct span context, const struct span *certificates, size_t num)
{
	ASSERT(context.len == 0 && (num == 0 || __CPROVER_r_ok(certificates, num * sizeof *certificates)));
	ASSERT(num <= 2 && (num == 0 || certificates == chain));	/* a credential's: check_credential() bounds their sum */
	ghost13.num_certificates++;
	any_message(out, CERTIFICATE_MAX);
}

void
tls13_certificate_verify_build(struct outbuf *out, uint16_t scheme, struct span signature)
{
	(void)scheme;
	ASSERT(signature.len <= CRYPTO_SIGNATURE_MAX && OK_SPAN(signature));
	ghost13.num_signatures++;
	any_message(out, SIGNATURE_MAX);
}

#ifndef RETRY_RANDOM_DEFINED
const uint8_t tls13_retry_random[32] = { 0 };
#endif

/* ---- States --------------------------------------------------------------------------------------------------- */

/* What a Certificate and a CertificateVerify leave behind, by state; that both are of one leaf, machine/ and witness_test.c say. */
static bool
witnesses_ok(enum hs_state state)
{
	const struct witnesses *w = &conn.hs.witness;
	enum peer_policy peer = conn.protocol->peer;

	if (w->finished.made && state != HS_CONNECTED)
		return false;
	switch (state) {
	case HS_CONNECTED:	/* just before the driver's enter_connected(), which would panic otherwise */
	case HS_EXPECT_FINISHED:
		return w->cert.made == w->sig.made && (peer == PEER_REQUIRED ? w->cert.made : peer == PEER_OPTIONAL || !w->cert.made);
	case HS_EXPECT_CERTIFICATE_VERIFY:
		return w->cert.made && !w->sig.made && peer != PEER_NONE;
	default:
		return !w->cert.made && !w->sig.made;
	}
}

static bool
hello_ok(const struct hs_client_hello *hello, bool retried)
{
	return hello->session_id_len <= 32 && (hello->group == &groups[0] || hello->group == &groups[1]) && hello->retried == retried;
}

static bool
client_ok(const struct hs_client13 *now, enum hs_state state)
{
	return MARK(now->client_hs) == C_HS && MARK(now->server_hs) == S_HS && MARK(now->handshake) == HANDSHAKE &&
	    (now->credential == NULL || now->credential == &credentials[0] || now->credential == &credentials[1]) &&
	    (state != HS_EXPECT_CERTIFICATE_VERIFY || (now->peer.len > 0 && now->peer.len <= TLS_SPKI_MAX));
}

static bool
server_ok(const struct hs_server13 *now, enum hs_state state)
{
	return MARK(now->client_hs) == C_HS && MARK(now->client_ap) == C_AP && MARK(now->server_ap) == S_AP && MARK(now->exporter) == EXPORTER &&
	    (state != HS_EXPECT_CERTIFICATE_VERIFY || (now->peer.len > 0 && now->peer.len <= TLS_SPKI_MAX));
}

static bool
open_ok(const struct hs_open13 *now, bool is_server)
{
	return MARK(now->read) == (is_server ? C_AP : S_AP) && MARK(now->write) == (is_server ? S_AP : C_AP) && MARK(now->exporter) == EXPORTER;
}

/* What each state's payload holds. */
static bool
payload_ok(const union hs_payload *now, enum hs_state state)
{
	bool is_server = conn.protocol->is_server;

	switch (state) {
	case HS_EXPECT_CLIENT_HELLO:
		return true;
	case HS_EXPECT_CLIENT_HELLO_2:
		return now->retry.group == &groups[0] || now->retry.group == &groups[1];
	case HS_EXPECT_SERVER_HELLO:
		return hello_ok(&now->client_hello, false);
	case HS_EXPECT_SERVER_HELLO_2:
		return hello_ok(&now->client_hello, true);
	case HS_CONNECTED:
		return open_ok(&now->open13, is_server);
	default:
		return is_server ? server_ok(&now->server13, state) : client_ok(&now->client13, state);
	}
}

/* The suite is chosen by the first hello, a HelloRetryRequest included. */
static bool
is_first(enum hs_state state)
{
	return state == HS_EXPECT_CLIENT_HELLO || state == HS_EXPECT_SERVER_HELLO;
}

static bool
holds(const union hs_payload *now, enum hs_state state)
{
	bool chosen = conn.suite != NULL && (conn.suite == &suites[0] || conn.suite == &suites[1]);

	if (!conn_ok() || !payload_ok(now, state) || conn.hs.num_key_updates > TLS_KEY_UPDATES_MAX ||
	    conn.hs.early_data_left > TLS_EARLY_DATA_MAX)
		return false;
	return is_first(state) || (chosen && (state == HS_CONNECTED || hash_runs(conn.suite->hash)));
}

/* Pointers that a proof must be given, not only told of. */
static void
place(enum hs_state state)
{
	const struct tls_group *group = one_group();
	const struct tls_credential *credential = nondet_bool() ? one_credential() : NULL;

	if (state == HS_EXPECT_CLIENT_HELLO_2)
		conn.now.retry.group = group;
	else if (state == HS_EXPECT_SERVER_HELLO || state == HS_EXPECT_SERVER_HELLO_2)
		conn.now.client_hello.group = group;
	else if (!conn.protocol->is_server)
		conn.now.client13.credential = credential;
	conn.hs.witness.cert.made = conn.hs.witness.cert.made ? true : false;
	conn.hs.witness.sig.made = conn.hs.witness.sig.made ? true : false;
	conn.hs.witness.finished.made = conn.hs.witness.finished.made ? true : false;
}

/* A row that calls this handler, in the state that it is for, with a message. */
static const struct hs_row *
begin(const struct tls_protocol *protocol, hs_handler *handle)
{
	size_t i = nondet_size();
	const struct hs_row *row;

	ASSUME(i < protocol->num_rows);
	row = &protocol->rows[i];
	ASSUME(row->handle == handle);
	any_conn(protocol, !is_first(row->state));
	any_input();
	conn.hs.state = (uint8_t)row->state;
	place(row->state);
	ASSUME(holds(&conn.now, row->state));
	if (row->state == HS_CONNECTED)
		conn.hs.witness = (struct witnesses){ 0 };	/* advance() has wiped them */
	else
		ASSUME(witnesses_ok(row->state));
	return row;
}

/*
 * What every handler leaves: a state that its row names, whose payload is good; the witnesses that the driver will ask for; keys
 * changed and messages queued only by what ends its record; a limit, a buffer and an alpn that are still good.
 */
static void
judge(const struct hs_row *row, struct tls_err err, enum hs_state to)
{
	ASSERT(row->flags & ENDS_RECORD || (conn.flight.num == 0 && ghost.num_read_keys == 0));
	ASSERT(conn_ok() && conn.hs.state == row->state);
	if (err.code != 0)
		return;
	ASSERT((unsigned)to < HS_NUM_STATES && (row->next & (1u << to)) != 0);
	ASSERT(holds(&next, to));
	ASSERT(row->state == HS_CONNECTED || witnesses_ok(to));
	ASSERT(to != HS_CONNECTED || row->state == HS_CONNECTED || conn.hs.witness.finished.made);
}

#define PROVE(handle, protocol, then)							\
	void										\
	prove_##handle(void)								\
	{										\
		const struct hs_row *row = begin(protocol, handle);			\
		enum hs_state to = HS_DEAD;						\
		struct tls_err err = handle(&conn, &next, &in, &to);			\
											\
		judge(row, err, to);							\
		if (err.code != 0)							\
			return;								\
		then(to);								\
		REACHED();								\
	}

#endif
