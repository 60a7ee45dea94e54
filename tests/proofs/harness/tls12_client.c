/* tls12_client.c: the client's handlers, each from any state of its rows in the real table; and what they call.  See handlers12.h. */
#include "tests/proofs/harness/messages12.h"

#include "tlsstack/tls12_client.c"

#define HANDLER(name)									\
void prove_##name(void)									\
{											\
	const struct hs_row *row = any_case(&tls12_client, name);			\
	enum hs_state to = HS_DEAD;							\
	struct tls_err err = name(&conn, &next, &in, &to);				\
											\
	judge12(row, err, to);								\
	ASSUME(err.code == TLS_ERR_NONE);						\
	REACHED();									\
}

struct tls_err client_hello_choose(const struct tls_protocol **chosen, const struct tls_conn *with, struct cursor body)
    { (void)chosen; (void)with; (void)body; ASSERT(false); return TLS_OK; }
void client_hello_begin(struct tls_conn *with) { (void)with; ASSERT(false); }

HANDLER(on_server_hello)
HANDLER(on_certificate)
HANDLER(on_server_key_exchange)
HANDLER(on_certificate_request)
HANDLER(on_server_hello_done)
HANDLER(on_finished)
HANDLER(on_hello_request)

void
prove_extensions_check(void)
{
	struct server_hello hello = nondet_server_hello();
	struct tls_err err;

	(void)any_case(&tls12_client, on_server_hello);
	any_extensions(&hello.ext, in.body);
	err = extensions_check(&hello);
	ASSERT(err.code != TLS_ERR_NONE || (hello.ext.seen & EXT_BIT(EXT_EXTENDED_MASTER_SECRET)) != 0);
	REACHED();
}

void
prove_fits_suite(void)
{
	struct hs_peer_key *key = &conn.now.shake12.peer;

	(void)any_case(&tls12_client, on_server_key_exchange);
	(void)fits_suite(key, conn.suite, &config);
	REACHED();
}

/* The parts of the client's flight, as on_server_hello_done() calls them. */

void
prove_send_certificate(void)
{
	(void)any_case(&tls12_client, on_server_hello_done);
	send_certificate(&conn, conn.now.shake12.credential);
	ASSERT(ghost.num_messages == 1 && conn.flight.len >= 7);
	REACHED();
}

void
prove_send_verify(void)
{
	(void)any_case(&tls12_client, on_server_hello_done);
	send_verify(&conn, one_credential());
	ASSERT(ghost.num_messages == 1);
	REACHED();
}

void
prove_send_key_exchange(void)
{
	struct tls_err err;

	(void)any_case(&tls12_client, on_server_hello_done);
	next.shake12 = conn.now.shake12;
	err = send_key_exchange(&conn, &next.shake12);
	ASSERT((err.code == TLS_ERR_NONE) == ghost.shared_good);
	ASSERT(ghost12.keys_made == ghost.shared_good && keys(&next.shake12, ghost.shared_good));
	REACHED();
}
