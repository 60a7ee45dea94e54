/*
 * tls13_auth.c: Certificate, CertificateVerify and Finished, from any state in which a row of either role calls them.
 * Stubs: handlers.h, tls13.h.  Beside the ranges: a Finished is good only if ct_equal() said so of hash->len bytes,
 * all of the message's, against the value of the peer's secret; a signature only if verify() said so of the digest of
 * the other side's context; a chain only if peer_chain() did; what is sent fits.
 */
#include "tests/proofs/harness/tls13.h"

#include "tlsstack/tls13_auth.c"

static struct tls_protocol protocol = { .version = 0x0304 };
static struct secret secret;

static void
either_role(void)
{
	protocol.is_server = nondet_bool();
	protocol.peer = nondet_bool() ? PEER_REQUIRED : nondet_bool() ? PEER_OPTIONAL : PEER_NONE;
	any_conn(&protocol, true);
	any_input();
}

static struct tls_err
taken(struct tls_err err)
{
	ASSERT(conn_ok() && conn.flight.num == 0);
	return err;
}

void
prove_tls13_send_certificate(void)
{
	const struct tls_credential *credential = nondet_bool() ? one_credential() : NULL;

	either_role();
	conn.flight.len = nondet_uint16();	/* behind a hello, parameters and a request */
	conn.flight.num = nondet_uint8();
	ASSUME(conn.flight.len <= FLIGHT_ROOM - (CERTIFICATE_MAX + SIGNATURE_MAX) && conn.flight.num < TLS_FLIGHT_ITEMS);
	tls13_send_certificate(&conn, credential);
	ASSERT(ghost13.num_certificates == 1 && ghost13.num_signatures == (credential == NULL ? 0 : 1));
	ASSERT(credential == NULL || (ghost13.signed_by_server == protocol.is_server && conn.info.scheme == credential->scheme->code));
	REACHED();
}

void
prove_tls13_send_finished(void)
{
	either_role();
	conn.flight.len = nondet_uint16();
	conn.flight.num = nondet_uint8();
	ASSUME(conn.flight.len <= FLIGHT_ROOM - (4 + CRYPTO_HASH_MAX) && conn.flight.num < TLS_FLIGHT_ITEMS);
	MARK(secret) = protocol.is_server ? S_HS : C_HS;
	tls13_send_finished(&conn, &secret);
	ASSERT(ghost13.sent_finished == (protocol.is_server ? S_HS : C_HS) && ghost.num_messages == 1);
	REACHED();
}

void
prove_tls13_take_certificate(void)
{
	static struct hs_peer_key key;
	bool empty, had;
	struct tls_err err;

	either_role();
	had = conn.hs.witness.cert.made;
	err = taken(tls13_take_certificate(&conn, &key, &empty, in.body));
	ASSERT(ghost.cert_good || conn.hs.witness.cert.made == had);
	ASSERT(err.code != 0 || empty == !ghost.cert_good);
	ASSERT(err.code != 0 || empty || (conn.hs.witness.cert.made && key.len > 0 && key.len <= TLS_SPKI_MAX));
	REACHED();
}

void
prove_tls13_take_verify(void)
{
	static struct hs_peer_key key;
	struct tls_err err;

	either_role();
	key.len = nondet_uint16();
	ASSUME(key.len <= TLS_SPKI_MAX);
	conn.hs.witness.cert.made = true;
	conn.hs.witness.sig.made = false;
	err = taken(tls13_take_verify(&conn, &key, &in));
	ASSERT((err.code == 0) == conn.hs.witness.sig.made);
	ASSERT(err.code != 0 || (ghost.sig_good && ghost.verified == ghost13.signed_at && ghost13.signed_over == in.before && ghost13.signed_by_server == !protocol.is_server));
	REACHED();
}

void
prove_tls13_take_finished(void)
{
	struct tls_err err;
	size_t len;

	either_role();
	len = conn.suite->hash->len;
	MARK(secret) = protocol.is_server ? C_HS : S_HS;
	conn.hs.witness.finished.made = false;
	err = taken(tls13_take_finished(&conn, &secret, &in));
	ASSERT((err.code == 0) == conn.hs.witness.finished.made);
	ASSERT(err.code != 0 || (ghost.equal_said && ghost.equal_len == len && in.whole.len == 4 + len));
	ASSERT(err.code != 0 || (ghost.equal_a == ghost13.finished_at && ghost.equal_b == in.whole.ptr + 4 && ghost13.checked_finished == MARK(secret)));
	REACHED();
}
