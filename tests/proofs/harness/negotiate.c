/*
 * negotiate.c: any hello that client_hello_parse() lets through, any configuration.  The lists of hello.c and peer_credential()
 * are functions that check that their arguments are views, and answer anything; client_hello_share() a piece of the message.
 * What is chosen is the configuration's, and of the version that was asked for.
 */
#include "tests/proofs/harness/configuration.h"

#include "tlsstack/negotiate.c"

static struct client_hello hello;

struct tls_err
client_hello_parse(struct client_hello *parsed, struct cursor body)
{
	ASSERT(is_view(&body) && __CPROVER_w_ok(parsed, sizeof *parsed));
	*parsed = any_hello();
	return (struct tls_err){ NULL, 0, nondet_uint8() };
}

bool
list16_has(struct cursor list, uint16_t value)
{
	(void)value;
	ASSERT(is_view(&list));
	return nondet_bool();
}

bool
client_hello_share(struct span *share, const struct client_hello *of, uint16_t code)
{
	(void)code;
	ASSERT(__CPROVER_w_ok(share, sizeof *share) && __CPROVER_r_ok(of, sizeof *of) && is_view(&of->shares));
	if (!nondet_bool())
		return false;
	*share = any_span(0xffff);
	return true;
}

const struct tls_credential *
peer_credential(const struct tls_config *with, struct cursor accepted, uint16_t version, uint8_t family, const struct cursor *curves)
{
	size_t i = nondet_size();

	(void)version; (void)family;
	ASSERT(with == &config && is_view(&accepted) && (curves == NULL || is_view(curves)));
	return i < config.num_credentials ? &credential[i] : NULL;
}

static void
any_choice(void)
{
	any_config();
	hello = any_hello();
}

void prove_negotiate_speaks(void) { any_choice(); (void)negotiate_speaks(&config, nondet_uint16()); REACHED(); }

void
prove_negotiate_server(void)
{
	const struct tls_protocol *chosen = NULL;
	struct cursor body;

	any_choice();
	body = any_view();
	struct tls_err err = negotiate_server(&chosen, &conn, body);
	ASSERT(err.code != 0 || chosen == &protocol[0] || chosen == &protocol[1]);
	REACHED();
}

static void
judge_suite(const struct tls_suite *chosen, uint16_t version)
{
	ASSERT((chosen == &suite[0] || chosen == &suite[1]) && chosen->version == version);
}

static void
judge_group(const struct tls_group *chosen)
{
	ASSERT(chosen == &group[0] || chosen == &group[1]);
}

void
prove_negotiate_suite(void)
{
	uint16_t version = nondet_uint16();

	any_choice();
	const struct tls_suite *chosen = negotiate_suite(&config, hello.suites, version);
	if (chosen != NULL)
		judge_suite(chosen, version);
	REACHED();
}

void
prove_negotiate_group(void)
{
	any_choice();
	const struct tls_group *chosen = negotiate_group(&config, hello.groups);
	if (chosen != NULL)
		judge_group(chosen);
	REACHED();
}

void
prove_group13(void)
{
	any_choice();
	const struct tls_group *chosen = group13(&config, &hello);
	if (chosen != NULL)
		judge_group(chosen);
	REACHED();
}

void
prove_negotiate_alpn(void)
{
	struct span chosen = { NULL, 0 };

	any_choice();
	(void)negotiate_alpn(&chosen, &config, &hello);
	ASSERT(chosen.len <= NAME_MAX && is_span(chosen));
	REACHED();
}

void
prove_negotiate_13(void)
{
	struct choice13 choice;

	any_choice();
	struct tls_err err = negotiate_13(&choice, &config, &hello);
	if (err.code == 0) {
		judge_suite(choice.suite, TLS13);
		judge_group(choice.group);
		ASSERT(choice.credential != NULL && is_span(choice.share));
	}
	REACHED();
}

void
prove_negotiate_12(void)
{
	struct choice12 choice;

	any_choice();
	struct tls_err err = negotiate_12(&choice, &config, &hello);
	if (err.code == 0) {
		judge_suite(choice.suite, TLS12);
		judge_group(choice.group);
		ASSERT(choice.credential != NULL);
	}
	REACHED();
}
