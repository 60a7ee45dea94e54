/*
 * server_messages_fuzz.c: what a server (or a TLS 1.2 peer) says, through its parsers.  The first byte
 * chooses the parser, the rest is the body.  What parsed is walked to its last byte, so that a view
 * beyond its message is found.
 */
#include <stdint.h>
#include <stdlib.h>

#include "tlsstack/client_hello.h"
#include "tlsstack/tls12_messages.h"
#include "tlsstack/tls13_messages.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned sum;

static void
walk(struct span span)
{
	for (size_t i = 0; i < span.len; i++)
		sum += span.ptr[i];
}

static void
server_hello(struct cursor body, uint32_t offered)
{
	struct server_hello hello;

	if (server_hello_parse(&hello, body, offered).code != 0)
		return;
	if (hello.random.len != 32 || hello.session_id.len > 32)
		abort();
	walk(hello.random);
	walk(hello.session_id);
	for (unsigned i = 0; i < NUM_EXTENSIONS; i++)
		if (hello.ext.seen & (1u << i))
			walk(cursor_rest(&hello.ext.body[i]));
}

static void
certificate_12(struct cursor body)
{
	struct certificate12 message;

	if (tls12_certificate_parse(&message, body).code != 0)
		return;
	if (message.num_chain > TLS_CERTIFICATES_MAX)
		abort();
	for (size_t i = 0; i < message.num_chain; i++)
		walk(message.chain[i]);
}

static void
key_exchange_12(struct cursor body)
{
	struct server_key_exchange exchange;

	if (tls12_server_key_exchange_parse(&exchange, body).code != 0)
		return;
	walk(exchange.params);
	walk(exchange.public);
	walk(exchange.signature);
}

static void
small(uint8_t which, struct cursor body)
{
	struct span view = { NULL, 0 };
	struct certificate_request12 request;
	struct cursor list = { NULL, 0, 0 };
	uint16_t group;

	switch (which) {
	case 0: (void)!hello_alpn_parse(&view, body).code; break;
	case 1: (void)!tls12_client_key_exchange_parse(&view, body).code; break;
	case 2: (void)!tls13_share_parse(&group, &view, body).code; break;
	case 3: (void)!tls13_retry_group_parse(&group, body).code; break;
	case 4: if (tls12_certificate_request_parse(&request, body).code == 0) walk(cursor_rest(&request.schemes)); break;
	case 5: if (tls13_certificate_request_parse(&list, body).code == 0) walk(cursor_rest(&list)); break;
	default: (void)!tls13_ticket_parse(body).code; break;
	}
	walk(view);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor body;

	if (size == 0)
		return 0;
	body = cursor_of((struct span){ data + 1, size - 1 });
	switch (data[0] % 11) {
	case 7: server_hello(body, 0); break;
	case 8: server_hello(body, UINT32_MAX); break;
	case 9: certificate_12(body); break;
	case 10: key_exchange_12(body); break;
	default: small(data[0] % 11, body); break;
	}
	return 0;
}
