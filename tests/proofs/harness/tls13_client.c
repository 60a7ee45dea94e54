/*
 * tls13_client.c: every handler of the client's table, in every state whose row calls it, and what they are made of.
 * Stubs: handlers.h, tls13.h; tls13_auth.c and witness.c are the real ones.  Beside the ranges and judge(): one HelloRetryRequest at
 * most; keys of the right side and derived before; a Finished, a signature and a chain only when the stub said good.
 */
#include "tests/proofs/harness/tls13.h"

#include "tlsstack/tls13_client.c"

#include "tlsstack/tls13_auth.c"

static void nothing(enum hs_state to) { (void)to; ASSERT(ghost.num_read_keys + ghost.num_write_keys + ghost.num_messages == 0); }

static void
after_hello(enum hs_state to)
{
	bool retry = to == HS_EXPECT_SERVER_HELLO_2;

	ASSERT(conn.suite->version == 0x0304 && conn.info.suite == conn.suite->code && conn.flight.legacy_version == 0x0303);
	ASSERT(ghost.num_read_keys == (retry ? 0 : 1) && ghost.num_write_keys == ghost.num_read_keys);
	ASSERT(retry || (ghost.read_key == S_HS && ghost.write_key == C_HS && ghost.shared_good));
	ASSERT(ghost.num_messages == (retry ? 1 : 0));
	ASSERT(conn.hs.state == HS_EXPECT_SERVER_HELLO || !retry);
	ASSERT(!retry || (next.client_hello.retried && conn.info.hello_retry));
}

static void after_certificate(enum hs_state to) { ASSERT(ghost.cert_good); nothing(to); }
static void after_verify(enum hs_state to) { ASSERT(ghost.sig_good && ghost13.signed_by_server && ghost13.signed_over == in.before); nothing(to); }

static void
after_finished(enum hs_state to)
{
	ASSERT(to == HS_CONNECTED && ghost.equal_said && ghost.equal_len == conn.suite->hash->len && in.whole.len == 4 + ghost.equal_len);
	ASSERT(ghost13.checked_finished == S_HS && ghost13.sent_finished == C_HS);
	ASSERT(ghost.read_key == S_AP && ghost.write_key == C_AP && ghost.num_read_keys == 1 && ghost.num_write_keys == 1);
	ASSERT(ghost13.num_certificates == (conn.now.client13.requested ? 1 : 0) && ghost13.num_signatures <= ghost13.num_certificates);
}

PROVE(on_server_hello, &tls13_client, after_hello)
PROVE(on_server_hello_2, &tls13_client, after_hello)
PROVE(on_encrypted_extensions, &tls13_client, nothing)
PROVE(on_certificate_request, &tls13_client, nothing)
PROVE(on_certificate, &tls13_client, after_certificate)
PROVE(on_certificate_verify, &tls13_client, after_verify)
PROVE(on_finished, &tls13_client, after_finished)
PROVE(on_ticket, &tls13_client, nothing)

/* ---- What they are made of ------------------------------------------------------------------------- */

static struct server_hello hello;
static const struct tls_suite *suite;

static void
any_hello(void)
{
	(void)begin(&tls13_client, nondet_bool() ? on_server_hello : on_server_hello_2);
	struct tls_err err = server_hello_parse(&hello, in.body, nondet_unsigned());
	ASSUME(err.code == 0);
	suite = one_suite();
}

void
prove_hello_check(void)
{
	any_hello();
	struct tls_err err = hello_check(&suite, &conn, &hello);
	ASSERT(err.code != 0 || ((suite == &suites[0] || suite == &suites[1]) && hello.is_13 && hello.session_id.len == conn.now.client_hello.session_id_len));
	ASSERT(err.code != 0 || !conn.now.client_hello.retried || suite == conn.suite);
	REACHED();
}

void
prove_note_suite(void)
{
	any_hello();
	note_suite(&conn, suite);
	ASSERT(conn.suite == suite && ghost.num_ccs <= 1 && (ghost.num_ccs == 0 || conn.hs.sent_ccs));
	REACHED();
}

void
prove_retry_group(void)
{
	const struct tls_group *group = NULL;

	any_hello();
	struct tls_err err = retry_group(&group, &conn, &hello);
	ASSERT(err.code != 0 || group == NULL || ((group == &groups[0] || group == &groups[1]) && group != conn.now.client_hello.group));
	REACHED();
}

void
prove_retry_apply(void)
{
	any_hello();
	ASSUME(conn.hs.state == HS_EXPECT_SERVER_HELLO);
	struct tls_err err = retry_apply(&conn, &next, &in, &hello, suite);
	ASSERT(err.code != 0 || (holds(&next, HS_EXPECT_SERVER_HELLO_2) && ghost.num_messages == 1));
	ASSERT(ghost.num_read_keys == 0 && ghost.num_write_keys == 0);
	REACHED();
}

void
prove_hello_apply(void)
{
	any_hello();
	ASSUME(conn.suite == NULL || conn.suite == suite);	/* hello_check() */
	struct tls_err err = hello_apply(&conn, &next, &in, &hello, suite);
	ASSERT(err.code != 0 || (holds(&next, HS_EXPECT_ENCRYPTED_EXTENSIONS) && ghost.read_key == S_HS && ghost.write_key == C_HS));
	ASSERT(err.code == 0 || ghost.num_read_keys + ghost.num_write_keys == 0);
	REACHED();
}

void
prove_switch_to_handshake_keys(void)
{
	(void)begin(&tls13_client, on_server_hello_2);
	MARK(next.client13.handshake) = HANDSHAKE;
	switch_to_handshake_keys(&conn, &next.client13);
	ASSERT(ghost.read_key == S_HS && ghost.write_key == C_HS && holds(&next, HS_EXPECT_ENCRYPTED_EXTENSIONS));
	REACHED();
}

void
prove_open_apply(void)
{
	(void)begin(&tls13_client, on_finished);
	open_apply(&conn, &next.open13, &conn.now.client13);
	ASSERT(holds(&next, HS_CONNECTED) && ghost.read_key == S_AP && ghost.write_key == C_AP && ghost13.sent_finished == C_HS);
	REACHED();
}
