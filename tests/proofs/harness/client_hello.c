/*
 * client_hello.c: any ServerHello, any configuration.  What a parser answers is what its contract says: the body of each extension
 * that was seen is a view of the message, and so are the random value (of 32 bytes) and the session's id.
 */
#include "tests/proofs/harness/configuration.h"

#include "tlsstack/client_hello.c"

struct tls_err
extensions_parse(struct extensions *extensions, struct cursor *in, unsigned where, uint32_t offered)
{
	(void)extensions; (void)in; (void)where; (void)offered;
	ASSERT(false);	/* only server_hello_parse() calls it */
	return TLS_OK;
}

bool
negotiate_speaks(const struct tls_config *with, uint16_t version)
{
	(void)version;
	ASSERT(with == &config);
	return nondet_bool();
}

uint16_t
extension_code(enum extension extension)
{
	ASSERT((unsigned)extension < NUM_EXTENSIONS);
	return nondet_uint16();
}

struct server_hello nondet_server_hello(void);
struct tls_err given_server_hello_parse(struct server_hello *hello, struct cursor body, uint32_t offered);

struct tls_err
given_server_hello_parse(struct server_hello *hello, struct cursor body, uint32_t offered)
{
	(void)offered;
	ASSERT(is_view(&body) && __CPROVER_w_ok(hello, sizeof *hello));
	*hello = nondet_server_hello();
	hello->random = any_span(32);
	ASSUME(hello->random.len == 32);
	hello->session_id = any_span(32);
	any_extensions(&hello->ext);
	return (struct tls_err){ NULL, 0, nondet_uint8() };
}

void
prove_client_hello_choose(void)
{
	const struct tls_protocol *chosen = NULL;

	any_config();
	struct tls_err err = client_hello_choose(&chosen, &conn, any_view());
	ASSERT(err.code != 0 || chosen == &protocol[0] || chosen == &protocol[1]);
	REACHED();
}
