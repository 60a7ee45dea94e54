/*
 * tls12_server.c: the server's handlers, each from any state of its rows in the three real tables; and what they call.  See
 * handlers12.h.
 */
#include "tests/proofs/harness/messages12.h"

#include "tlsstack/tls12_server.c"

/* Each policy about the client's certificate. */
static const struct hs_row *
any_policy(hs_handler *handle)
{
	return any_case(nondet_bool() ? &tls12_server : nondet_bool() ? &tls12_server_client_cert_required :
	    &tls12_server_client_cert_optional, handle);
}

#define HANDLER(name)									\
void prove_##name(void)									\
{											\
	const struct hs_row *row = any_policy(name);					\
	enum hs_state to = HS_DEAD;							\
	struct tls_err err = name(&conn, &next, &in, &to);				\
											\
	judge12(row, err, to);								\
	ASSUME(err.code == TLS_ERR_NONE);						\
	REACHED();									\
}

bool negotiate_speaks(const struct tls_config *with, uint16_t version) { (void)version; ASSERT(with == &config); return nondet_bool(); }
bool list16_has(struct cursor list, uint16_t value) { (void)value; ASSERT(OK_CURSOR(list)); return nondet_bool(); }
struct tls_err negotiate_server(const struct tls_protocol **chosen, const struct tls_conn *with, struct cursor body)
    { (void)chosen; (void)with; (void)body; ASSERT(false); return TLS_OK; }

struct tls_err
negotiate_12(struct choice12 *choice, const struct tls_config *with, const struct client_hello *hello)
{
	ASSERT(with == &config && __CPROVER_w_ok(choice, sizeof *choice) && OK_CURSOR(hello->compressions));
	ASSERT(OK_CURSOR(hello->suites) && OK_CURSOR(hello->groups) && OK_CURSOR(hello->schemes));
	ASSERT(!(hello->ext.seen & EXT_BIT(EXT_RENEGOTIATION_INFO)) || OK_CURSOR(hello->ext.body[EXT_RENEGOTIATION_INFO]));
	ASSERT(!(hello->ext.seen & EXT_BIT(EXT_EC_POINT_FORMATS)) || OK_CURSOR(hello->ext.body[EXT_EC_POINT_FORMATS]));
	ASSERT(!(hello->ext.seen & EXT_BIT(EXT_EXTENDED_MASTER_SECRET)) || OK_CURSOR(hello->ext.body[EXT_EXTENDED_MASTER_SECRET]));
	if (nondet_bool())
		return FAIL(NO_COMMON_SUITE);
	*choice = (struct choice12){ one_suite(), one_group(), one_credential() };
	return TLS_OK;
}

HANDLER(on_client_hello)
HANDLER(on_certificate)
HANDLER(on_client_key_exchange)
HANDLER(on_certificate_verify)
HANDLER(on_finished)
HANDLER(on_renegotiation)

/* The parts of the server's flight, as on_client_hello() calls them: a suite is chosen, nothing is queued. */
static void
any_answer(void)
{
	(void)any_policy(on_client_hello);
	conn.suite = one_suite();
	next.shake12.group = one_group();
}

void
prove_random_make(void)
{
	any_answer();
	random_make(&conn, next.shake12.server_random);
	REACHED();
}

void
prove_send_server_hello(void)
{
	struct client_hello hello;

	any_answer();
	ASSUME(client_hello_parse(&hello, in.body).code == TLS_ERR_NONE);
	send_server_hello(&conn, &hello, &next.shake12);
	ASSERT(ghost.num_messages == 1 && conn_ok());
	REACHED();
}

void
prove_send_certificate(void)
{
	any_answer();
	send_certificate(&conn, one_credential());
	ASSERT(ghost.num_messages == 1 && conn.flight.len <= 7 + TLS_OWN_CHAIN_MAX);
	REACHED();
}

void
prove_send_key_exchange(void)
{
	any_answer();
	send_key_exchange(&conn, &next.shake12, one_credential());
	ASSERT(ghost.num_messages == 1);
	REACHED();
}

void
prove_send_end(void)
{
	any_answer();
	send_end(&conn);
	ASSERT(ghost.num_messages == (conn.protocol->peer == PEER_NONE ? 1 : 2));
	REACHED();
}
