/*
 * answer.c: any answer of a server whose extensions extensions_parse() lets through, any configuration.  The parsers of hello.c check
 * that their argument is a view and answer what their contracts say: a piece of the message; a limit of 64 or more.
 * Kept: the limit of what is sent in one record is from 63 (64 less the type) to a record's plaintext.
 */
#include "tests/proofs/harness/configuration.h"

#include "tlsstack/answer.c"

static struct extensions ext;

struct tls_err
hello_alpn_parse(struct span *parsed, struct cursor body)
{
	ASSERT(is_view(&body) && __CPROVER_w_ok(parsed, sizeof *parsed));
	*parsed = any_span(0xffff);
	return (struct tls_err){ NULL, 0, nondet_uint8() };
}

struct tls_err
hello_record_size_limit_parse(uint32_t *limit, struct cursor body)
{
	ASSERT(is_view(&body) && __CPROVER_w_ok(limit, sizeof *limit));
	*limit = nondet_uint32();
	if (*limit < 64 || *limit > 0xffff)
		return FAIL(ILLEGAL_PARAMETER);
	return TLS_OK;
}

static bool
holds(void)
{
	return conn.send_limit >= 63 && conn.send_limit <= TLS_PLAINTEXT_MAX;
}

static void
any_answer(void)
{
	any_config();
	any_extensions(&ext);
	ASSUME(holds());
}

void
prove_answer_suite(void)
{
	uint16_t code = nondet_uint16(), version = nondet_uint16();

	any_answer();
	const struct tls_suite *chosen = answer_suite(&config, code, version);
	ASSERT(chosen == NULL || (chosen->code == code && chosen->version == version));
	REACHED();
}

void
prove_answer_group(void)
{
	uint16_t code = nondet_uint16();

	any_answer();
	const struct tls_group *chosen = answer_group(&config, code);
	ASSERT(chosen == NULL || chosen->code == code);
	REACHED();
}

void prove_alpn_check(void) { any_answer(); (void)alpn_check(&conn, any_view()); ASSERT(holds()); REACHED(); }
void prove_answer_extensions(void) { any_answer(); ext.seen = nondet_uint32(); any_extensions(&ext);
    (void)answer_extensions(&conn, &ext); ASSERT(holds()); REACHED(); }
