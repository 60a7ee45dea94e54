/*
 * tls12_auth.c: what both roles do, in each state that a handler which calls it may be in.  See handlers12.h.
 */
#include "tests/proofs/harness/messages12.h"

static hs_handler on_finished12;
static struct tls_err on_finished12(struct tls_conn *with, union hs_payload *to, const struct hs_input *message, enum hs_state *state)
    { (void)with; (void)to; (void)message; (void)state; return TLS_OK; }
static const struct hs_row ROWS[] = {
	{ HS_EXPECT_CHANGE_CIPHER_SPEC, MSG_CHANGE_CIPHER_SPEC, 0, TO(EXPECT_FINISHED), tls12_on_change_cipher_spec },
	{ HS_EXPECT_FINISHED, MSG_FINISHED, 0, TO(CONNECTED), on_finished12 },
};
static struct tls_protocol protocol = { .version = 0x0303, .rows = ROWS, .num_rows = 2 };

/* Any role and policy; a client's is that the server must show who it is. */
static const struct hs_row *
any_role(hs_handler *handle)
{
	protocol.is_server = nondet_bool();
	protocol.peer = !protocol.is_server ? PEER_REQUIRED : nondet_bool() ? PEER_NONE : nondet_bool() ? PEER_OPTIONAL : PEER_REQUIRED;
	return any_case(&protocol, handle);
}

void
prove_tls12_on_change_cipher_spec(void)
{
	const struct hs_row *row = any_role(tls12_on_change_cipher_spec);
	enum hs_state to = HS_DEAD;
	struct tls_err err;

	in.whole = (struct span){ NULL, 0 };
	in.body = (struct cursor){ NULL, 0, 0 };
	err = tls12_on_change_cipher_spec(&conn, &next, &in, &to);
	judge12(row, err, to);
	ASSERT(err.code == TLS_ERR_NONE && ghost.num_read_keys == 1 && ghost.num_write_keys == 0);
	REACHED();
}

void
prove_tls12_take_finished(void)
{
	const struct hs_row *row = any_role(on_finished12);
	struct tls_err err = tls12_take_finished(&conn, &next, &in);

	judge12(row, err, err.code == TLS_ERR_NONE ? HS_CONNECTED : HS_DEAD);
	REACHED();
}

void
prove_tls12_send_finished(void)
{
	(void)any_role(on_finished12);
	tls12_send_finished(&conn, &conn.now.shake12);
	ASSERT(ghost.num_ccs == 1 && ghost.num_write_keys == 1 && ghost.num_read_keys == 0 && ghost.num_messages == 1);
	ASSERT(ghost12.ours != NULL && ghost12.ours_by_server == conn.protocol->is_server && ghost12.peers == NULL);
	REACHED();
}

/* In any state between hello and the keys. */
void
prove_tls12_agree(void)
{
	uint8_t shared[CRYPTO_KX_SHARED_MAX];
	struct hs_shake12 *shake = &next.shake12;

	(void)any_role(on_finished12);
	*shake = conn.now.shake12;
	ghost.shared_good = true;
	shake->client.suite = shake->server.suite = NULL;
	tls12_agree(&conn, shake, (struct span){ shared, nondet_uint8() % (CRYPTO_KX_SHARED_MAX + 1) });
	ASSERT(ghost12.master_made && ghost12.keys_made && keys(shake, true));
	REACHED();
}

void
prove_tls12_params_digest(void)
{
	uint8_t digest[CRYPTO_HASH_MAX];

	(void)any_role(on_finished12);
	tls12_params_digest(one_scheme(), digest, &conn.now.shake12, any_view(in.body, TLS_MESSAGE_TOP));
	REACHED();
}

void
prove_tls12_take_certificate(void)
{
	struct hs_peer_key key = { 0 };	/* as the driver's payload is */
	struct tls_err err;

	any_input();
	conn.config = &config;
	err = tls12_take_certificate(&conn, &key, in.body);
	ASSERT(err.code != TLS_ERR_NONE || ((key.len != 0) == conn.hs.witness.cert.made && key.len <= TLS_SPKI_MAX));
	ASSERT(conn.hs.witness.cert.made == ghost.cert_good);
	REACHED();
}

void
prove_tls12_credential(void)
{
	struct certificate_request12 request = { nondet_bool(), nondet_bool(), { 0 } };
	const struct tls_credential *credential;

	(void)any_role(on_finished12);
	request.schemes = any_slice(in.body);
	credential = tls12_credential(&config, &request);
	ASSERT(credential == NULL || (one_of_credentials(credential) && (request.takes_ec || request.takes_rsa)));
	REACHED();
}

/* tls_export() asks in CONNECTED only; the lengths are ours. */
void
prove_tls12_export(void)
{
	size_t out_len = nondet_uint16(), label_len = nondet_uint16(), context_len = nondet_uint16();
	uint8_t *out = malloc(out_len), *label = malloc(label_len), *context = malloc(context_len);

	(void)any_role(on_finished12);
	ASSUME(out != NULL && label != NULL && context != NULL);
	tls12_export(&conn, out, out_len, (struct span){ label, label_len }, nondet_bool() ? (struct span){ NULL, 0 } : (struct span){ context, context_len });
	REACHED();
}
