/*
 * configuration.h: any configuration, and views of any one message.  Lists have up to LIST_MAX items, names up to NAME_MAX bytes: config_check() demands
 * it; an item is one of ANY, which say anything: loops over lists have contracts, so that one round stands for all.  What is compared or searched is a
 * function that checks that it may read its arguments, and answers anything.
 */
#ifndef PROOFS_CONFIGURATION_H
#define PROOFS_CONFIGURATION_H

#include "tests/proofs/harness/shared.h"

#include "tlsstack/conn.h"
#include "tlsstack/hello.h"

#define LIST_MAX	32	/* of config.c */
#define ANY		2	/* different items of a list */
#define NAME_MAX	255	/* of a server, of an application protocol: RFC 1035, 2.3.4; RFC 7301, 3.1 */

bool nondet_bool(void);
uint8_t nondet_uint8(void);
uint16_t nondet_uint16(void);
uint32_t nondet_uint32(void);
size_t nondet_size(void);
struct tls_conn nondet_conn(void);
struct tls_suite nondet_suite(void);
struct tls_group nondet_group(void);
struct tls_scheme nondet_scheme(void);
struct tls_protocol nondet_protocol(void);
struct client_hello nondet_hello(void);
void *malloc(size_t len);
void other_side(void) { }

static struct tls_conn conn;
static struct tls_config config;
static struct tls_suite suite[ANY];
static struct tls_group group[ANY];
static struct tls_scheme scheme[ANY];
static struct tls_protocol protocol[ANY];
static struct tls_credential credential[LIST_MAX];
static struct span alpn[LIST_MAX];
static const struct tls_suite *suites[LIST_MAX];
static const struct tls_group *groups[LIST_MAX];
static const struct tls_scheme *schemes[LIST_MAX];
static const struct tls_protocol *protocols[LIST_MAX];
static uint8_t name[NAME_MAX], *message;
static size_t message_len;

static size_t
up_to(size_t max)
{
	size_t num = nondet_size();

	ASSUME(num <= max);
	return num;
}

static size_t
one_to(size_t max)
{
	size_t num = up_to(max);

	ASSUME(num > 0);
	return num;
}

static void
any_config(void)
{
	for (unsigned i = 0; i < ANY; i++) {
		suite[i] = nondet_suite();
		group[i] = nondet_group();
		ASSUME(group[i].secret_len <= CRYPTO_KX_SECRET_MAX && group[i].public_len <= CRYPTO_KX_PUBLIC_MAX &&
		    group[i].shared_len <= CRYPTO_KX_SHARED_MAX);
		scheme[i] = nondet_scheme();
		protocol[i] = nondet_protocol();
	}
	for (unsigned i = 0; i < LIST_MAX; i++) {
		credential[i] = (struct tls_credential){ .scheme = &scheme[nondet_bool()] };
		alpn[i] = (struct span){ name, one_to(NAME_MAX) };
		suites[i] = &suite[nondet_bool()];
		groups[i] = &group[nondet_bool()];
		schemes[i] = &scheme[nondet_bool()];
		protocols[i] = &protocol[nondet_bool()];
	}
	config = (struct tls_config){
		.protocols = protocols, .num_protocols = one_to(LIST_MAX), .suites = suites, .num_suites = one_to(LIST_MAX),
		.groups = groups, .num_groups = one_to(LIST_MAX), .schemes = schemes, .num_schemes = up_to(LIST_MAX),
		.credentials = credential, .num_credentials = up_to(LIST_MAX), .alpn = alpn, .num_alpn = up_to(LIST_MAX),
		.insist_on_group = nondet_bool(), .name_authorities = nondet_bool(), .tell_groups = nondet_bool(),
		.cookie = { name, up_to(NAME_MAX) }, .server_name = { name, up_to(NAME_MAX) }
	};
	message_len = one_to(INPUT_MAX);
	message = malloc(message_len);
	ASSUME(message != NULL);
	conn = nondet_conn();
	conn.config = &config;
	conn.protocol = &protocol[nondet_bool()];
}

/* A view of the message, as parsers give them. */
static struct cursor
any_view(void)
{
	struct cursor view = { message, 0, up_to(message_len) };

	view.pos = up_to(view.end);
	return view;
}

static struct span
any_span(size_t max)
{
	struct span span = { NULL, up_to(max < message_len ? max : message_len) };

	span.ptr = message + up_to(message_len - span.len);
	return span;
}

static bool
is_view(const struct cursor *in)
{
	return in->pos <= in->end && (in->end == 0 || __CPROVER_r_ok(in->base, in->end));
}

static bool
is_span(struct span bytes)
{
	return bytes.len == 0 || __CPROVER_r_ok(bytes.ptr, bytes.len);
}

/* The body of each extension that was seen is one (EXTENSIONS_IN of hello.h). */
static void
any_extensions(struct extensions *ext)
{
	for (unsigned i = 0; i < NUM_EXTENSIONS; i++)
		if (ext->seen & 1u << i)
			ext->body[i] = any_view();
}

/* What client_hello_parse()'s contract says of a hello. */
static struct client_hello
any_hello(void)
{
	struct client_hello hello = nondet_hello();

	hello.random = any_span(32);
	ASSUME(hello.random.len == 32);
	hello.session_id = any_span(32);
	hello.suites = any_view();
	hello.compressions = any_view();
	any_extensions(&hello.ext);
	hello.all = any_view();
	hello.versions = any_view();
	hello.groups = any_view();
	hello.schemes = any_view();
	hello.shares = any_view();
	hello.protocols = any_view();
	hello.cookie = any_span(0xffff);
	hello.server_name = any_span(0xffff);
	return hello;
}

bool
bytes_equal(struct span a, struct span b)
{
	ASSERT(is_span(a) && is_span(b));
	return nondet_bool() && a.len == b.len;
}

#endif
