/*
 * handlers12.h: what the handlers of TLS 1.2 have besides handlers.h: their states' invariant, their builders, parsers and
 * key schedule, and the judge of what they answer.
 *
 * The invariant, holds12(), is inductive: it is assumed of the state that a row starts from and asserted of the one that
 * the handler names, so each clause comes from the handler that made it (the first state's from tls_init() and
 * client_hello_begin()).  That keys come after the master secret is one of its clauses.
 *
 * Builders append exactly as many bytes as harness/tls12_messages.c proves, so that the longest flight is seen to fit; what
 * they and outbuf_* write is forgotten (buffers hold any bytes from the start).  outbuf_* here say what
 * their contracts in span.h say.
 */
#ifndef PROOFS_HANDLERS12_H
#define PROOFS_HANDLERS12_H

#include "tests/proofs/harness/outbuf.h"
#include "tests/proofs/harness/handlers.h"

#include "tlsstack/tls12_auth.h"
#include "tlsstack/tls12_messages.h"
#include "tlsstack/tls12_schedule.h"
#include "tlsstack/x509_spki.h"

struct server_key_exchange nondet_server_key_exchange(void);

/* What the stubs of this file saw. */
static struct ghost12 {
	bool master_made, keys_made;		/* now: of this call */
	const uint8_t *ours, *peers;		/* verify_data, of the last Finished on each side */
	bool ours_by_server, peers_by_server;
	const uint8_t *peers_hash;		/* the transcript's hash that the peer's is over */
} ghost12;

/* ---- The invariant ------------------------------------------------------------------------------ */

static bool one_of_suites(const struct tls_suite *suite) { return suite == &suites[0] || suite == &suites[1]; }
static bool one_of_groups(const struct tls_group *group) { return group == &groups[0] || group == &groups[1]; }
static bool one_of_credentials(const struct tls_credential *credential) { return credential == &credentials[0] || credential == &credentials[1]; }

/* want_hashes(): who may be asked to sign or to verify can hash for each scheme, until transcript_keep(). */
static bool
schemes_run(void)
{
	return hash_runs(schemes[0].hash) && hash_runs(schemes[1].hash);
}

static bool
witnesses(bool cert, bool sig, bool finished)
{
	return conn.hs.witness.cert.made == cert && conn.hs.witness.sig.made == sig && conn.hs.witness.finished.made == finished;
}

static bool
keys(const struct hs_shake12 *shake, bool made)
{
	return made ? shake->client.suite == conn.suite && shake->server.suite == conn.suite :
	    shake->client.suite == NULL && shake->server.suite == NULL;
}

static bool
client_holds(const struct hs_shake12 *shake, enum hs_state state)
{
	bool exchanged = state != HS_EXPECT_CERTIFICATE && state != HS_EXPECT_SERVER_KEY_EXCHANGE;
	bool answered = state == HS_EXPECT_CHANGE_CIPHER_SPEC || state == HS_EXPECT_FINISHED;

	if (!witnesses(state != HS_EXPECT_CERTIFICATE, exchanged, false) || (shake->peer.len != 0) != conn.hs.witness.cert.made)
		return false;
	if (exchanged && (!one_of_groups(shake->group)))
		return false;
	if (shake->credential != NULL && !(one_of_credentials(shake->credential) && shake->requested))
		return false;
	return keys(shake, answered) && (answered || schemes_run());
}

static bool
server_holds(const struct hs_shake12 *shake, enum hs_state state)
{
	enum peer_policy peer = conn.protocol->peer;
	bool shown = conn.hs.witness.cert.made, first = state == HS_EXPECT_CERTIFICATE || state == HS_EXPECT_CLIENT_KEY_EXCHANGE;
	bool last = state == HS_EXPECT_CHANGE_CIPHER_SPEC || state == HS_EXPECT_FINISHED;

	if (!one_of_groups(shake->group) || !witnesses(shown, shown && last, false) || (shake->peer.len != 0) != shown)
		return false;
	if (state == HS_EXPECT_CERTIFICATE ? shown || peer == PEER_NONE :
	    (shown && peer == PEER_NONE) || (!shown && (peer == PEER_REQUIRED || state == HS_EXPECT_CERTIFICATE_VERIFY)))
		return false;
	return keys(shake, !first) && (last || peer == PEER_NONE || schemes_run());
}

static bool
holds12(const union hs_payload *payload, enum hs_state state)
{
	if (!conn_ok() || conn.protocol->version != 0x0303)
		return false;
	if (state == HS_EXPECT_SERVER_HELLO || state == HS_EXPECT_CLIENT_HELLO)
		return witnesses(false, false, false) && hash_runs(suites[0].hash) && hash_runs(suites[1].hash) &&
		    (conn.protocol->peer == PEER_NONE || schemes_run()) && payload->client_hello.session_id_len <= 32;
	if (!one_of_suites(conn.suite))
		return false;
	if (state == HS_CONNECTED)
		return true;
	return hash_runs(conn.suite->hash) && payload->shake12.peer.len <= TLS_SPKI_MAX &&
	    (conn.protocol->is_server ? server_holds(&payload->shake12, state) : client_holds(&payload->shake12, state));
}

/* The row of the table that calls this handler, in the state that it is for. */
static const struct hs_row *
row_of(hs_handler *handle)
{
	size_t i = nondet_size();
	const struct hs_row *row;

	ASSUME(i < conn.protocol->num_rows);
	row = &conn.protocol->rows[i];
	ASSUME(row->handle == handle);
	conn.hs.state = (uint8_t)row->state;
	return row;
}

/* Any connection in the state of a row for `handle`, with any message. */
static const struct hs_row *
any_case(const struct tls_protocol *protocol, hs_handler *handle)
{
	const struct hs_row *row;
	struct hs_shake12 *shake = &conn.now.shake12;

	ghost = (__typeof__(ghost)){ 0 };	/* said, because --apply-loop-contracts makes statics arbitrary */
	ghost12 = (struct ghost12){ 0 };
	next.shake12 = (struct hs_shake12){ 0 };
	any_conn(protocol, true);
	any_input();
	row = row_of(handle);
	ASSUME(chain[0].len + 5 + chain[1].len + 5 <= TLS_OWN_CHAIN_MAX);	/* check_credential() */
	for (unsigned i = 0; i < TRANSCRIPT_HASHES; i++)
		conn.transcript.hash[i] = nondet_bool() ? NULL : i == 0 ? &hash_32 : i == 1 ? &hash_48 : &hash_64;
	if (row->state != HS_EXPECT_SERVER_HELLO && row->state != HS_CONNECTED) {
		shake->group = nondet_bool() ? NULL : one_group();
		shake->credential = nondet_bool() ? NULL : one_credential();
		shake->client.suite = nondet_bool() ? NULL : conn.suite;
		shake->server.suite = nondet_bool() ? NULL : conn.suite;
	}
	ASSUME(holds12(&conn.now, row->state));
	return row;
}

/*
 * A good message leads where its row says, into a state whose invariant holds; to CONNECTED from elsewhere only past all
 * that enter_connected() demands.  A bad one names no state.
 */
static void
judge12(const struct hs_row *row, struct tls_err err, enum hs_state to)
{
	const struct witnesses *made = &conn.hs.witness;

	if (err.code != TLS_ERR_NONE) {
		ASSERT(to == HS_DEAD);
		return;
	}
	ASSERT((row->next & (1u << to)) != 0);
	ASSERT(holds12(&next, to));
	ASSERT(ghost12.keys_made ? ghost12.master_made && ghost.shared_good : true);
	if (row->message == MSG_CERTIFICATE && conn.hs.witness.cert.made)
		ASSERT(ghost.cert_good);
	if (row->message == MSG_CERTIFICATE_VERIFY || row->message == MSG_SERVER_KEY_EXCHANGE)
		ASSERT(ghost.sig_good && made->sig.made);
	if (row->message == MSG_CLIENT_KEY_EXCHANGE || row->message == MSG_SERVER_HELLO_DONE)
		ASSERT(ghost12.keys_made);
	if (row->message != MSG_FINISHED) {
		ASSERT(row->state == HS_CONNECTED || !made->finished.made);
		return;
	}
	ASSERT(made->finished.made && ghost.equal_said && ghost.equal_len == TLS12_VERIFY_LEN);
	ASSERT(ghost.equal_a == ghost12.peers && ghost.equal_b == in.body.base + in.body.pos && cursor_left(&in.body) == TLS12_VERIFY_LEN);
	ASSERT(ghost12.peers_by_server != conn.protocol->is_server && ghost12.peers_hash == in.before);
	ASSERT(made->cert.made == made->sig.made && (made->cert.made || conn.protocol->peer != PEER_REQUIRED));
	ASSERT(!made->cert.made || conn.protocol->peer != PEER_NONE);
}

uint16_t peer_curve(enum crypto_key_kind kind) { return kind == CRYPTO_KEY_P256 ? 23 : kind == CRYPTO_KEY_P384 ? 24 : 0; }

/* ---- tls12_schedule.h ---------------------------------------------------------------------------- */

void
tls12_prf(const struct crypto_hash *hash, uint8_t *out, size_t out_len, struct span secret, struct span label,
    struct span a, struct span b)
{
	ASSERT(OK_HASH(hash) && (out_len == 0 || __CPROVER_w_ok(out, out_len)));
	ASSERT(OK_SPAN(secret) && secret.len == TLS12_MASTER_LEN && OK_SPAN(label) && OK_SPAN(a) && OK_SPAN(b));
	ASSERT(a.len == 64 || a.len == 66);	/* the exporter's, which alone calls it here */
}

void
tls12_master(const struct crypto_hash *hash, struct secret *master, struct span pre_master, const uint8_t *session_hash)
{
	ASSERT(OK_HASH(hash) && hash == conn.suite->hash && __CPROVER_w_ok(master, sizeof *master));
	ASSERT(OK_SPAN(pre_master) && pre_master.len <= CRYPTO_KX_SHARED_MAX && __CPROVER_r_ok(session_hash, hash->len));
	ASSERT(!ghost12.master_made && ghost.shared_good);
	ghost12.master_made = true;
}

void
tls12_keys(struct record_secret *client, struct record_secret *server, const struct tls_suite *suite,
    const struct secret *master, const uint8_t client_random[32], const uint8_t server_random[32])
{
	ASSERT(__CPROVER_w_ok(client, sizeof *client) && __CPROVER_w_ok(server, sizeof *server) && client != server);
	ASSERT(suite == conn.suite && suite != NULL && __CPROVER_r_ok(master, sizeof *master));
	ASSERT(__CPROVER_r_ok(client_random, 32) && __CPROVER_r_ok(server_random, 32));
	ASSERT(ghost12.master_made && !ghost12.keys_made);
	client->suite = server->suite = suite;
	ghost12.keys_made = true;
}

void
tls12_finished(const struct crypto_hash *hash, uint8_t out[TLS12_VERIFY_LEN], const struct secret *master,
    bool by_server, const uint8_t *transcript_hash)
{
	ASSERT(hash == conn.suite->hash && __CPROVER_w_ok(out, TLS12_VERIFY_LEN) && __CPROVER_r_ok(master, sizeof *master));
	ASSERT(__CPROVER_r_ok(transcript_hash, hash->len));
	ASSERT(conn.now.shake12.client.suite == conn.suite || ghost12.keys_made);	/* so there is a master secret */
	if (by_server == conn.protocol->is_server) {
		ghost12.ours = out;
		ghost12.ours_by_server = by_server;
	} else {
		ghost12.peers = out;
		ghost12.peers_by_server = by_server;
		ghost12.peers_hash = transcript_hash;
	}
}

#include "tlsstack/tls12_auth.c"
#include "tlsstack/witness.c"

enum x509_result
x509_verify(struct x509_cert *leaf, const struct span *certificates, size_t num, const struct x509_request *request)
{
	(void)leaf; (void)certificates; (void)num; (void)request;
	ASSERT(false);		/* only peer_chain() asks, which is a stub */
	return X509_OK;
}

#endif
