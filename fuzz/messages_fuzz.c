/*
 * messages_fuzz.c: the body of one handshake message through its parser.  The first byte is the
 * HandshakeType (RFC 8446, 4), the rest the body.  What parsed is walked to its last byte, so
 * that a view outside of the input is seen by the sanitizer.
 */
#include <stdint.h>
#include <stdlib.h>

#include "tlsstack/tls13_messages.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
walk(struct span view)
{
	volatile uint8_t sum = 0;

	for (size_t i = 0; i < view.len; i++)
		sum = (uint8_t)(sum + view.ptr[i]);
}

static void
client_hello(struct cursor body)
{
	struct client_hello hello;
	struct span share;
	uint8_t digest[32];

	if (client_hello_parse(&hello, body).code != 0)
		return;
	if (hello.random.len != 32 || hello.session_id.len > 32)
		abort();
	client_hello_digest(digest, &hello);
	walk(hello.server_name);
	walk(hello.cookie);
	walk(cursor_rest(&hello.suites));
	for (uint16_t group = 23; group < 30; group++)
		if (client_hello_share(&share, &hello, group))
			walk(share);
	if (list16_has(hello.versions, 0x0304))
		walk(cursor_rest(&hello.protocols));
}

static void
certificate(struct cursor body)
{
	struct certificate13 message;

	if (tls13_certificate_parse(&message, body, 0).code != 0)
		return;
	walk(message.context);
	for (size_t i = 0; i < message.num_chain; i++)
		walk(message.chain[i]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct certificate_verify verify;
	struct cursor body;
	bool requested;

	if (size == 0)
		return 0;
	body = cursor_of((struct span){ data + 1, size - 1 });
	switch (data[0]) {
	case 1:
		client_hello(body);
		break;
	case 11:
		certificate(body);
		break;
	case 15:
		if (tls13_certificate_verify_parse(&verify, body).code == 0)
			walk(verify.signature);
		break;
	case 24:
		if (tls13_key_update_parse(&requested, body).code == 0 && size != 2)
			abort();
		break;
	default:
		break;
	}
	return 0;
}
