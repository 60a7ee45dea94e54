/*
 * tls13_server.c: every handler of the server's three tables, in every state whose row calls it, and what they are made of.
 * Stubs: handlers.h, tls13.h; tls13_auth.c and witness.c are the real ones.  Beside the ranges and judge(): one HelloRetryRequest at most,
 * and after it only the hello whose digest and cookie compared equal; the whole flight fits its room, with the longest of everything; keys of
 * the right side and derived before; a Finished, a signature and a chain only when the stub said good.  Not here: that the second choice
 * is of the first's suite (negotiate.c looks at nothing for it that the digest does not cover).
 */
#include "tests/proofs/harness/tls13.h"

#include "tlsstack/tls13_server.c"

#include "tlsstack/tls13_auth.c"

static const struct tls_protocol *
any_policy(void)
{
	return nondet_bool() ? &tls13_server : nondet_bool() ? &tls13_server_client_cert_required : &tls13_server_client_cert_optional;
}

static void nothing(enum hs_state to) { (void)to; ASSERT(ghost.num_read_keys + ghost.num_write_keys + ghost.num_messages == 0); }

static void
after_flight(void)
{
	ASSERT(ghost.read_key == C_HS && ghost.num_read_keys == 1 && ghost.write_key == S_AP && ghost.num_write_keys == 2 && ghost.shared_good);
	ASSERT(ghost13.num_hellos == 1 && ghost13.num_certificates == 1 && ghost13.num_signatures == 1 && ghost13.sent_finished == S_HS);
	ASSERT(ghost13.num_requests == (conn.protocol->peer == PEER_NONE ? 0 : 1) && ghost13.signed_by_server);
}

static void
after_hello(enum hs_state to)
{
	bool retry = to == HS_EXPECT_CLIENT_HELLO_2;

	ASSERT(conn.info.version == 0x0304 && conn.info.suite == conn.suite->code && conn.hs.early_data_left <= TLS_EARLY_DATA_MAX);
	ASSERT(ghost13.num_retries == (retry ? 1 : 0));
	if (!retry)
		after_flight();
	else
		ASSERT(ghost.num_read_keys + ghost.num_write_keys + ghost13.num_hellos == 0 && ghost.num_messages == 1 && conn.info.hello_retry);
}

static void
after_hello_2(enum hs_state to)
{
	ASSERT(to != HS_EXPECT_CLIENT_HELLO_2 && ghost13.num_retries == 0 && conn.hs.early_data_left == 0);
	ASSERT(ghost.digest_equal && (config.cookie.len == 0 || ghost.cookie_equal));
	after_flight();
}

static void
after_certificate(enum hs_state to)
{
	ASSERT(to == (ghost.cert_good ? HS_EXPECT_CERTIFICATE_VERIFY : HS_EXPECT_FINISHED));
	ASSERT(ghost.cert_good || conn.protocol->peer == PEER_OPTIONAL);
	nothing(to);
}

static void
after_verify(enum hs_state to)
{
	ASSERT(ghost.sig_good && ghost.verified == ghost13.signed_at && !ghost13.signed_by_server && ghost13.signed_over == in.before);
	nothing(to);
}

static void
after_finished(enum hs_state to)
{
	ASSERT(to == HS_CONNECTED && ghost.equal_said && ghost.equal_len == conn.suite->hash->len && in.whole.len == 4 + ghost.equal_len);
	ASSERT(ghost13.checked_finished == C_HS && ghost.read_key == C_AP && ghost.num_read_keys == 1);
	ASSERT(ghost.num_write_keys + ghost.num_messages == 0);
}

PROVE(on_client_hello, any_policy(), after_hello)
PROVE(on_client_hello_2, any_policy(), after_hello_2)
PROVE(on_certificate, any_policy(), after_certificate)
PROVE(on_certificate_verify, any_policy(), after_verify)
PROVE(on_finished, any_policy(), after_finished)

/* ---- What they are made of --------------------------------------------------------------------- */

static struct client_hello hello;
static struct choice13 choice;
static struct secret handshake;

/* Between the two hellos, or after a first one: what is chosen is noted. */
static void
any_hello(bool with_share)
{
	struct tls_err err;

	(void)begin(any_policy(), on_client_hello_2);
	err = client_hello_parse(&hello, in.body);
	ASSUME(err.code == 0);
	err = negotiate_13(&choice, &config, &hello);
	ASSUME(err.code == 0 && (choice.share.ptr != NULL) == with_share);
	MARK(handshake) = HANDSHAKE;
}

static void
half_built(size_t max, uint8_t items)
{
	conn.flight.len = nondet_uint16();
	conn.flight.num = nondet_uint8();
	ASSUME(conn.flight.len <= FLIGHT_ROOM - max && conn.flight.num <= TLS_FLIGHT_ITEMS - items);
}

void
prove_compat_ccs(void)
{
	any_hello(nondet_bool());
	half_built(1, 1);
	compat_ccs(&conn, &hello);
	ASSERT(ghost.num_ccs <= 1 && (ghost.num_ccs == 0 || (conn.hs.sent_ccs && hello.session_id.len != 0)));
	REACHED();
}

void
prove_send_server_hello(void)
{
	any_hello(true);
	handshake = (struct secret){ 0 };
	struct tls_err err = send_server_hello(&conn, &handshake, &hello, &choice);
	ASSERT((err.code == 0) == ghost.shared_good && (err.code != 0 || (MARK(handshake) == HANDSHAKE && ghost13.num_hellos == 1)));
	ASSERT(err.code == 0 || ghost.num_messages == 0);
	if (err.code == 0)
		REACHED();
}

void
prove_switch_to_handshake_keys(void)
{
	struct secret server_hs;

	any_hello(true);
	switch_to_handshake_keys(&conn, &next.server13.client_hs, &server_hs, &handshake);
	ASSERT(ghost.read_key == C_HS && ghost.write_key == S_HS && MARK(server_hs) == S_HS && MARK(next.server13.client_hs) == C_HS);
	REACHED();
}

void
prove_send_parameters(void)
{
	any_hello(true);
	half_built(ENCRYPTED_MAX, 1);
	send_parameters(&conn, &hello);
	ASSERT(conn_ok() && ghost.num_messages == 1);
	REACHED();
}

void
prove_send_request(void)
{
	any_hello(true);
	half_built(REQUEST_MAX, 1);
	send_request(&conn);
	ASSERT(ghost13.num_requests == (conn.protocol->peer == PEER_NONE ? 0 : 1) && ghost.num_messages == ghost13.num_requests);
	REACHED();
}

void
prove_derive_application(void)
{
	any_hello(true);
	derive_application(&conn, &next.server13, &handshake);
	ASSERT(ghost.write_key == S_AP && ghost.num_write_keys == 1 && ghost.num_read_keys == 0);
	ASSERT(MARK(next.server13.client_ap) == C_AP && MARK(next.server13.server_ap) == S_AP && MARK(next.server13.exporter) == EXPORTER);
	REACHED();
}

void
prove_send_flight(void)
{
	enum hs_state to = HS_DEAD;

	any_hello(true);
	struct tls_err err = send_flight(&conn, &next, &hello, &choice, &to);
	if (err.code != 0) {
		ASSERT(ghost.num_read_keys + ghost.num_write_keys == 0);
		return;
	}
	ASSERT(to == (conn.protocol->peer == PEER_NONE ? HS_EXPECT_FINISHED : HS_EXPECT_CERTIFICATE) && holds(&next, to));
	after_flight();
	REACHED();
}

void
prove_send_retry(void)
{
	any_hello(false);
	conn.suite = choice.suite;	/* note_choice() */
	conn.transcript.hash[0] = choice.suite->hash;
	send_retry(&conn, &next, &hello, &choice);
	ASSERT(ghost13.num_retries == 1 && ghost13.num_hellos == 0 && ghost.num_messages == 1 && holds(&next, HS_EXPECT_CLIENT_HELLO_2));
	REACHED();
}

void
prove_note_choice(void)
{
	any_conn(any_policy(), false);
	choice = (struct choice13){ one_suite(), one_group(), one_credential(), { NULL, 0 } };
	note_choice(&conn, &choice);
	ASSERT(conn.suite == choice.suite && hash_runs(conn.suite->hash) && conn.info.group == choice.group->code);
	REACHED();
}

void
prove_retry_check(void)
{
	any_hello(nondet_bool());
	struct tls_err err = retry_check(&conn.now.retry, &hello, &choice, config.cookie);
	if (err.code != 0)
		return;
	ASSERT(ghost.digest_equal && choice.share.ptr != NULL && choice.group == conn.now.retry.group && (config.cookie.len == 0 || ghost.cookie_equal));
	ASSERT((hello.ext.seen & EXT_BIT(EXT_EARLY_DATA)) == 0 && hello.shares.end - hello.shares.pos == 4 + choice.share.len);
	REACHED();
}
