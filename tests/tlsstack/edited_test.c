/*
 * edited_test.c: our client and our server, and between them somebody who has the keys and changes one handshake message:
 * what either end says to what the other can not have meant, and with which alert.  alert_test.c, extension_test.c and
 * role_alert_test.c have the hellos; this has the messages behind them, in both versions, sealed where they are sealed.
 */
#include "fuzz/end.h"

#define NO_ALERT	255
#define ZERO32	"0000000000000000000000000000000000000000000000000000000000000000"

#define NINE(entry)	entry entry entry entry entry entry entry entry entry

enum version { V12, V13 };
enum how { APPEND, CUT, REPLACE, PATCH };	/* bytes behind the body; its last `at` bytes off; another body; bytes at `at` */

static const struct tls_suite *const SUITES[] = { &tls_aes_128_gcm_sha256, &tls12_ecdhe_ecdsa_aes_128_gcm_sha256 };
static const struct tls_group *const GROUPS[] = { &tls_x25519, &tls_secp256r1 };
static const struct tls_scheme *const SCHEMES[] = { &tls_ecdsa_secp256r1_sha256 };
static const struct span ALPN[] = { SPAN_LITERAL("one") };

static struct peer_world world;
static struct end client, server;

struct row { const char *name; enum version version; bool to_client; uint8_t message; enum how how; size_t at; const char *bytes; uint8_t alert; };

#define TO_CLIENT	true
#define TO_SERVER	false

static const struct row ROWS[] = {
	/* TLS 1.2, to a client. */
	{ "a byte behind the chain", V12, TO_CLIENT, MSG_CERTIFICATE, APPEND, 0, "00", ALERT_DECODE_ERROR },
	{ "no certificate of a server", V12, TO_CLIENT, MSG_CERTIFICATE, REPLACE, 0, "000000", ALERT_DECODE_ERROR },
	{ "an empty certificate", V12, TO_CLIENT, MSG_CERTIFICATE, REPLACE, 0, "000003000000", ALERT_DECODE_ERROR },
	{ "a cut certificate", V12, TO_CLIENT, MSG_CERTIFICATE, REPLACE, 0, "00000400000230", ALERT_DECODE_ERROR },
	{ "a certificate that is none", V12, TO_CLIENT, MSG_CERTIFICATE, REPLACE, 0, "00000400000130", ALERT_BAD_CERTIFICATE },
	{ "nine certificates", V12, TO_CLIENT, MSG_CERTIFICATE, REPLACE, 0, "000024" NINE("00000130"), ALERT_BAD_CERTIFICATE },
	{ "an empty ServerKeyExchange", V12, TO_CLIENT, MSG_SERVER_KEY_EXCHANGE, REPLACE, 0, "", ALERT_DECODE_ERROR },
	{ "explicit curves", V12, TO_CLIENT, MSG_SERVER_KEY_EXCHANGE, PATCH, 0, "01", ALERT_ILLEGAL_PARAMETER },
	{ "a curve that was not offered", V12, TO_CLIENT, MSG_SERVER_KEY_EXCHANGE, PATCH, 1, "0019", ALERT_ILLEGAL_PARAMETER },
	{ "no point", V12, TO_CLIENT, MSG_SERVER_KEY_EXCHANGE, REPLACE, 0, "03001d00" "0403" "000101", ALERT_DECODE_ERROR },
	{ "a cut point", V12, TO_CLIENT, MSG_SERVER_KEY_EXCHANGE, REPLACE, 0, "03001d0209", ALERT_DECODE_ERROR },
	{ "a byte behind the signature", V12, TO_CLIENT, MSG_SERVER_KEY_EXCHANGE, APPEND, 0, "00", ALERT_DECODE_ERROR },
	{ "a cut signature", V12, TO_CLIENT, MSG_SERVER_KEY_EXCHANGE, CUT, 1, "", ALERT_DECODE_ERROR },
	{ "another point, signed for the first", V12, TO_CLIENT, MSG_SERVER_KEY_EXCHANGE, PATCH, 10, "5a", ALERT_DECRYPT_ERROR },
	{ "a scheme that was not offered", V12, TO_CLIENT, MSG_SERVER_KEY_EXCHANGE, PATCH, 36, "0603", ALERT_ILLEGAL_PARAMETER },
	{ "a byte in ServerHelloDone", V12, TO_CLIENT, MSG_SERVER_HELLO_DONE, APPEND, 0, "00", ALERT_DECODE_ERROR },
	{ "a request of no types", V12, TO_CLIENT, MSG_CERTIFICATE_REQUEST, REPLACE, 0, "00" "00020403" "0000", ALERT_DECODE_ERROR },
	{ "a request of no schemes", V12, TO_CLIENT, MSG_CERTIFICATE_REQUEST, REPLACE, 0, "0140" "0000" "0000", ALERT_DECODE_ERROR },
	{ "a byte behind a request", V12, TO_CLIENT, MSG_CERTIFICATE_REQUEST, APPEND, 0, "00", ALERT_DECODE_ERROR },
	{ "an authority without a name", V12, TO_CLIENT, MSG_CERTIFICATE_REQUEST, REPLACE, 0, "0140" "00020403" "00020000", ALERT_DECODE_ERROR },
	{ "a wrong Finished", V12, TO_CLIENT, MSG_FINISHED, REPLACE, 0, "000000000000000000000000", ALERT_DECRYPT_ERROR },
	{ "a short Finished", V12, TO_CLIENT, MSG_FINISHED, CUT, 1, "", ALERT_DECODE_ERROR },
	{ "a long Finished", V12, TO_CLIENT, MSG_FINISHED, APPEND, 0, "00", ALERT_DECODE_ERROR },
	/* TLS 1.2, to a server that requires a certificate. */
	{ "no certificate", V12, TO_SERVER, MSG_CERTIFICATE, REPLACE, 0, "000000", ALERT_HANDSHAKE_FAILURE },
	{ "a byte behind a client's chain", V12, TO_SERVER, MSG_CERTIFICATE, APPEND, 0, "00", ALERT_DECODE_ERROR },
	{ "a byte behind ClientKeyExchange", V12, TO_SERVER, MSG_CLIENT_KEY_EXCHANGE, APPEND, 0, "00", ALERT_DECODE_ERROR },
	{ "a byte behind CertificateVerify", V12, TO_SERVER, MSG_CERTIFICATE_VERIFY, APPEND, 0, "00", ALERT_DECODE_ERROR },
	{ "a scheme that was not asked for", V12, TO_SERVER, MSG_CERTIFICATE_VERIFY, PATCH, 0, "0603", ALERT_ILLEGAL_PARAMETER },
	{ "a wrong signature", V12, TO_SERVER, MSG_CERTIFICATE_VERIFY, PATCH, 20, "5a5a5a", ALERT_DECRYPT_ERROR },
	{ "a client's wrong Finished", V12, TO_SERVER, MSG_FINISHED, REPLACE, 0, "000000000000000000000000", ALERT_DECRYPT_ERROR },
	/* TLS 1.3, to a client. */
	{ "a byte behind the extensions", V13, TO_CLIENT, MSG_ENCRYPTED_EXTENSIONS, APPEND, 0, "00", ALERT_DECODE_ERROR },
	{ "no extensions at all", V13, TO_CLIENT, MSG_ENCRYPTED_EXTENSIONS, REPLACE, 0, "", ALERT_DECODE_ERROR },
	{ "two protocols", V13, TO_CLIENT, MSG_ENCRYPTED_EXTENSIONS, REPLACE, 0, "000e" "0010000a0008036f6e65036f6e65", ALERT_DECODE_ERROR },
	{ "no protocol", V13, TO_CLIENT, MSG_ENCRYPTED_EXTENSIONS, REPLACE, 0, "0006" "001000020000", ALERT_DECODE_ERROR },
	{ "an empty protocol", V13, TO_CLIENT, MSG_ENCRYPTED_EXTENSIONS, REPLACE, 0, "0007" "00100003000100", ALERT_DECODE_ERROR },
	{ "a byte behind the protocol", V13, TO_CLIENT, MSG_ENCRYPTED_EXTENSIONS, REPLACE, 0, "000b" "001000070004036f6e6500", ALERT_DECODE_ERROR },
	{ "another protocol", V13, TO_CLIENT, MSG_ENCRYPTED_EXTENSIONS, REPLACE, 0, "000a" "0010000600040374776f", ALERT_ILLEGAL_PARAMETER },
	{ "an answer to no name", V13, TO_CLIENT, MSG_ENCRYPTED_EXTENSIONS, REPLACE, 0, "0004" "00000000", ALERT_UNSUPPORTED_EXTENSION },
	{ "early data that was not offered", V13, TO_CLIENT, MSG_ENCRYPTED_EXTENSIONS, REPLACE, 0, "0004" "002a0000", ALERT_UNSUPPORTED_EXTENSION },
	{ "a record size limit of 63", V13, TO_CLIENT, MSG_ENCRYPTED_EXTENSIONS, REPLACE, 0, "0006" "001c0002003f", ALERT_ILLEGAL_PARAMETER },
	{ "a request with a context", V13, TO_CLIENT, MSG_CERTIFICATE_REQUEST, REPLACE, 0, "01aa" "0008" "000d000400020403", ALERT_ILLEGAL_PARAMETER },
	{ "a request without schemes", V13, TO_CLIENT, MSG_CERTIFICATE_REQUEST, REPLACE, 0, "00" "0000", ALERT_MISSING_EXTENSION },
	{ "a request of no context at all", V13, TO_CLIENT, MSG_CERTIFICATE_REQUEST, REPLACE, 0, "", ALERT_DECODE_ERROR },
	{ "a byte behind a request", V13, TO_CLIENT, MSG_CERTIFICATE_REQUEST, APPEND, 0, "00", ALERT_DECODE_ERROR },
	{ "no certificate of a server", V13, TO_CLIENT, MSG_CERTIFICATE, REPLACE, 0, "00" "000000", ALERT_DECODE_ERROR },
	{ "an empty certificate", V13, TO_CLIENT, MSG_CERTIFICATE, REPLACE, 0, "00" "000005" "000000" "0000", ALERT_DECODE_ERROR },
	{ "no extensions of a certificate", V13, TO_CLIENT, MSG_CERTIFICATE, REPLACE, 0, "00" "000004" "00000130", ALERT_DECODE_ERROR },
	{ "a server's certificate with a context", V13, TO_CLIENT, MSG_CERTIFICATE, REPLACE, 0, "01aa" "000006" "00000130" "0000", ALERT_ILLEGAL_PARAMETER },
	{ "nine certificates", V13, TO_CLIENT, MSG_CERTIFICATE, REPLACE, 0, "00" "000036" NINE("000001300000"), ALERT_BAD_CERTIFICATE },
	{ "a byte behind the chain", V13, TO_CLIENT, MSG_CERTIFICATE, APPEND, 0, "00", ALERT_DECODE_ERROR },
	{ "a byte behind CertificateVerify", V13, TO_CLIENT, MSG_CERTIFICATE_VERIFY, APPEND, 0, "00", ALERT_DECODE_ERROR },
	{ "a scheme that was not offered", V13, TO_CLIENT, MSG_CERTIFICATE_VERIFY, PATCH, 0, "0603", ALERT_ILLEGAL_PARAMETER },
	{ "a wrong signature", V13, TO_CLIENT, MSG_CERTIFICATE_VERIFY, PATCH, 20, "5a5a5a", ALERT_DECRYPT_ERROR },
	{ "a wrong Finished", V13, TO_CLIENT, MSG_FINISHED, REPLACE, 0, ZERO32, ALERT_DECRYPT_ERROR },
	{ "a short Finished", V13, TO_CLIENT, MSG_FINISHED, CUT, 1, "", ALERT_DECODE_ERROR },
	/* TLS 1.3, to a server that requires a certificate. */
	{ "no certificate", V13, TO_SERVER, MSG_CERTIFICATE, REPLACE, 0, "00" "000000", ALERT_CERTIFICATE_REQUIRED },
	{ "another context", V13, TO_SERVER, MSG_CERTIFICATE, REPLACE, 0, "01aa" "000000", ALERT_ILLEGAL_PARAMETER },
	{ "an extension that was not asked for", V13, TO_SERVER, MSG_CERTIFICATE, REPLACE, 0, "00" "00000a" "00000130" "0004" "00050000", ALERT_UNSUPPORTED_EXTENSION },
	{ "a client's wrong signature", V13, TO_SERVER, MSG_CERTIFICATE_VERIFY, PATCH, 20, "5a5a5a", ALERT_DECRYPT_ERROR },
	{ "a client's wrong Finished", V13, TO_SERVER, MSG_FINISHED, REPLACE, 0, ZERO32, ALERT_DECRYPT_ERROR },
};

static struct outbuf
edited(uint8_t *room, size_t room_len, const struct row *row, struct span body)
{
	struct outbuf out = outbuf_of(room, room_len);
	uint8_t bytes[64];
	size_t len = row->bytes == NULL ? 0 : hex_read(bytes, row->bytes), mark;

	outbuf_uint(&out, row->message, 1);
	mark = outbuf_vector(&out, 3);
	if (row->how == PATCH) {
		assert_true(row->at + len <= body.len);
		outbuf_bytes(&out, body);
		bytes_copy(out.ptr + out.len - body.len + row->at, bytes, len);
	} else if (row->how == CUT) {
		outbuf_bytes(&out, (struct span){ body.ptr, body.len - row->at });
	} else {
		if (row->how == APPEND)
			outbuf_bytes(&out, body);
		outbuf_bytes(&out, (struct span){ bytes, len });
	}
	outbuf_vector_end(&out, mark, 3);
	return out;
}

/* The content of a record, the row's message changed if it is in it; NULL: nothing is. */
static bool
change(struct outbuf *to, const struct row *row, struct span content)
{
	struct cursor in = cursor_of(content), body;
	uint8_t room[4096];
	uint32_t kind;
	bool found = false;

	while (!cursor_done(&in)) {
		assert_true(cursor_uint(&in, &kind, 1) && cursor_vector(&in, &body, 3));	/* messages of ours end with their record */
		if (row != NULL && kind == row->message) {
			struct outbuf other = edited(room, sizeof room, row, cursor_rest(&body));

			outbuf_bytes(to, outbuf_span(&other));
			found = true;
		} else {
			size_t mark;

			outbuf_uint(to, kind, 1);
			mark = outbuf_vector(to, 3);
			outbuf_bytes(to, cursor_rest(&body));
			outbuf_vector_end(to, mark, 3);
		}
	}
	return found;
}

/* Carry a record to `to`, opened and sealed with the key that it reads with; true: the row's message was in it. */
static bool
carry(struct end *from, struct end *to, const struct row *row)
{
	static uint8_t wire[PEER_ROOM], room[PEER_ROOM];
	const uint8_t *at = from->out + from->sent;
	size_t len = RECORD_HEADER_LEN + ((size_t)at[3] << 8 | at[4]);
	struct outbuf out = outbuf_of(wire, sizeof wire), content_out = outbuf_of(room, sizeof room);
	struct record_key opens = to->conn->read, seals = opens;
	struct record_header header;
	struct record_content content;
	static uint8_t copy[PEER_ROOM];
	bool found;

	bytes_copy(copy, at, len);
	from->sent += len;
	if (to->failed)
		return false;			/* it hears nothing more */
	if (record_header_parse(&header, copy, opens.suite != NULL).code != TLS_ERR_NONE ||
	    record_open(&content, &opens, &header, copy + RECORD_HEADER_LEN).code != TLS_ERR_NONE || content.type != RECORD_HANDSHAKE) {
		end_feed(to, (struct span){ at, len });
		return false;
	}
	found = change(&content_out, row, content.bytes);
	record_seal(&seals, &out, 0x0303, RECORD_HANDSHAKE, outbuf_span(&content_out));
	end_feed(to, outbuf_span(&out));
	return found;
}

/* False: the row's message never came. */
static bool
converse(const struct row *row)
{
	static struct tls_config ours, theirs;	/* the engines keep them */
	bool found = false;

	ours = world.config;
	ours.protocols = END_SERVERS[2] + (row->version == V12);
	ours.num_protocols = 1;
	ours.suites = SUITES + (row->version == V12);
	ours.num_suites = 1;
	ours.schemes = SCHEMES;
	ours.num_schemes = 1;
	ours.groups = GROUPS;
	ours.num_groups = 2;
	ours.alpn = ALPN;
	ours.num_alpn = 1;
	theirs = ours;
	theirs.protocols = END_CLIENTS + (row->version == V12);
	theirs.credentials = &world.client.credential;
	theirs.num_credentials = 1;
	end_start(&server, &ours, 1, "answer", "question");
	end_start(&client, &theirs, 2, "question", "answer");
	end_feed(&client, (struct span){ NULL, 0 });
	while (client.sent < client.out_len || server.sent < server.out_len) {
		if (client.sent < client.out_len)
			found |= carry(&client, &server, row->to_client ? NULL : row);
		if (server.sent < server.out_len)
			found |= carry(&server, &client, row->to_client ? row : NULL);
	}
	return found;
}

/* True: the victim refused, with the row's alert, and nothing else happened. */
static bool
refused(const struct row *row)
{
	struct end *victim = row->to_client ? &client : &server;
	const struct tls_error *error;
	bool found = converse(row), good;

	error = tls_failure(victim->conn);
	good = found && victim->failed && !victim->established && !error->alert_received && error->alert == row->alert;
	if (!good)
		print_error("%s, TLS %s, to the %s: %s, alert %u, %s\n", row->name, row->version == V12 ? "1.2" : "1.3",
		    row->to_client ? "client" : "server", found ? "changed" : "no such message", error->alert, tls_error_name(error->code));
	end_free(&client);
	end_free(&server);
	return good;
}

static void
edits(void **state)
{
	unsigned num_wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++)
		num_wrong += refused(&ROWS[i]) ? 0 : 1;
	assert_int_equal(num_wrong, 0);
}

/* Opened, sealed again and unchanged, both versions connect: what is refused above is refused for its edit. */
static void
unchanged(void **state)
{
	static const struct row NONE[] = { { "nothing", V12, TO_CLIENT, 0, APPEND, 0, "", 0 }, { "nothing", V13, TO_CLIENT, 0, APPEND, 0, "", 0 } };

	(void)state;
	for (size_t i = 0; i < sizeof NONE / sizeof NONE[0]; i++) {
		assert_false(converse(&NONE[i]));
		assert_true(client.established && server.established);
		end_free(&client);
		end_free(&server);
	}
}

/* What a server may say when all is done, and what it may not: under the key that the client reads with. */
static const struct { const char *name; enum version version; const char *bytes; uint8_t alert; } AFTERWARDS[] = {
	{ "a ticket", V13, "0400000f" "00000e10" "00000001" "0107" "000109" "0000", NO_ALERT },
	{ "a ticket without nonce", V13, "0400000e" "00000e10" "00000001" "00" "000109" "0000", NO_ALERT },
	{ "an empty ticket", V13, "0400000e" "00000e10" "00000001" "0107" "0000" "0000", ALERT_DECODE_ERROR },
	{ "a ticket that is cut in its times", V13, "04000007" "00000e10" "000000", ALERT_DECODE_ERROR },
	{ "a ticket without extensions", V13, "0400000d" "00000e10" "00000001" "0107" "000109", ALERT_DECODE_ERROR },
	{ "a byte behind a ticket", V13, "04000010" "00000e10" "00000001" "0107" "000109" "0000" "00", ALERT_DECODE_ERROR },
	{ "a request when all is done", V13, "0d00000b" "00" "0008" "000d000400020403", ALERT_UNEXPECTED_MESSAGE },
	{ "KeyUpdate", V13, "18000001" "00", NO_ALERT },
	{ "KeyUpdate 2", V13, "18000001" "02", ALERT_ILLEGAL_PARAMETER },
	{ "a long KeyUpdate", V13, "18000002" "0000", ALERT_DECODE_ERROR },
	{ "HelloRequest", V12, "00000000", NO_ALERT },
	{ "HelloRequest with a body", V12, "00000001" "00", ALERT_DECODE_ERROR },
	{ "a ticket nobody asked for", V12, "04000006" "00000e10" "0000", ALERT_UNEXPECTED_MESSAGE },
};

static void
afterwards(void **state)
{
	unsigned num_wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof AFTERWARDS / sizeof AFTERWARDS[0]; i++) {
		const struct row nothing = { "nothing", AFTERWARDS[i].version, TO_CLIENT, 0, APPEND, 0, "", 0 };
		uint8_t wire[256], bytes[64];
		struct outbuf out = outbuf_of(wire, sizeof wire);
		struct record_key seals;
		bool good;

		assert_false(converse(&nothing));
		assert_true(client.established);
		seals = client.conn->read;
		record_seal(&seals, &out, 0x0303, RECORD_HANDSHAKE, (struct span){ bytes, hex_read(bytes, AFTERWARDS[i].bytes) });
		end_feed(&client, outbuf_span(&out));
		good = AFTERWARDS[i].alert == NO_ALERT ? !client.failed : client.failed && tls_failure(client.conn)->alert == AFTERWARDS[i].alert;
		if (!good)
			print_error("%s: alert %u, %s\n", AFTERWARDS[i].name, tls_failure(client.conn)->alert, tls_error_name(tls_failure(client.conn)->code));
		num_wrong += good ? 0 : 1;
		end_free(&client);
		end_free(&server);
	}
	assert_int_equal(num_wrong, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(unchanged), cmocka_unit_test(edits), cmocka_unit_test(afterwards) };

	peer_world(&world, &tls13_server);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
