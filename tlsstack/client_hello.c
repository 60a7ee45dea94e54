/* client_hello.c: saying hello, and hearing which version answers.  See client_hello.h. */
#include "tlsstack/client_hello.h"

#include "platform/base/bytes.h"
#include "platform/base/panic.h"
#include "tlsstack/negotiate.h"
#include "tlsstack/tls13_messages.h"

#define TLS12	0x0303
#define TLS13	0x0304

uint32_t
client_hello_offers(const struct tls_config *config)
{
	uint32_t offers = EXT_BIT(EXT_SUPPORTED_GROUPS) | EXT_BIT(EXT_SIGNATURE_ALGORITHMS) |
	    EXT_BIT(EXT_RECORD_SIZE_LIMIT);

	if (negotiate_speaks(config, TLS13))
		offers |= EXT_BIT(EXT_KEY_SHARE) | EXT_BIT(EXT_SUPPORTED_VERSIONS);
	if (negotiate_speaks(config, TLS12))
		offers |= EXT_BIT(EXT_EXTENDED_MASTER_SECRET) | EXT_BIT(EXT_RENEGOTIATION_INFO) |
		    EXT_BIT(EXT_EC_POINT_FORMATS);
	if (config->server_name.len != 0)
		offers |= EXT_BIT(EXT_SERVER_NAME);
	if (config->num_alpn != 0)
		offers |= EXT_BIT(EXT_ALPN);
	return offers;
}

/* ---- Building -------------------------------------------------------------------------- */

struct offer {
	const struct tls_config *config;
	const struct tls_group *group;
	struct span share, cookie;
};

static void
server_name_build(struct outbuf *out, struct span name)
{
	size_t list = outbuf_vector(out, 2), entry;

	outbuf_uint(out, 0, 1);
	entry = outbuf_vector(out, 2);
	outbuf_bytes(out, name);
	outbuf_vector_end(out, entry, 2);
	outbuf_vector_end(out, list, 2);
}

static void
alpn_build(struct outbuf *out, const struct tls_config *config)
{
	size_t list = outbuf_vector(out, 2);

	for (size_t i = 0; i < config->num_alpn; i++) {
		outbuf_uint(out, config->alpn[i].len, 1);
		outbuf_bytes(out, config->alpn[i]);
	}
	outbuf_vector_end(out, list, 2);
}

static void
key_share_build(struct outbuf *out, const struct offer *offer)
{
	size_t list = outbuf_vector(out, 2);

	outbuf_uint(out, offer->group->code, 2);
	outbuf_uint(out, offer->share.len, 2);
	outbuf_bytes(out, offer->share);
	outbuf_vector_end(out, list, 2);
}

static void
groups_build(struct outbuf *out, const struct tls_config *config)
{
	outbuf_uint(out, 2 * config->num_groups, 2);
	for (size_t i = 0; i < config->num_groups; i++)
		outbuf_uint(out, config->groups[i]->code, 2);
}

static void
versions_build(struct outbuf *out, const struct tls_config *config)
{
	size_t list = outbuf_vector(out, 1);

	for (size_t i = 0; i < config->num_protocols; i++)
		outbuf_uint(out, config->protocols[i]->version, 2);
	outbuf_vector_end(out, list, 1);
}

static void
extension_build(struct outbuf *out, enum extension extension, const struct offer *offer)
{
	size_t mark = hello_extension_begin(out, extension);

	switch (extension) {
	case EXT_SERVER_NAME: server_name_build(out, offer->config->server_name); break;
	case EXT_SUPPORTED_GROUPS: groups_build(out, offer->config); break;
	case EXT_EC_POINT_FORMATS: outbuf_uint(out, 0x0100, 2); break;
	case EXT_SIGNATURE_ALGORITHMS:
		hello_schemes_build(out, offer->config->schemes, offer->config->num_schemes);
		break;
	case EXT_ALPN: alpn_build(out, offer->config); break;
	case EXT_RECORD_SIZE_LIMIT: outbuf_uint(out, TLS_PLAINTEXT_MAX + 1, 2); break;
	case EXT_SUPPORTED_VERSIONS: versions_build(out, offer->config); break;
	case EXT_COOKIE:
		outbuf_uint(out, offer->cookie.len, 2);
		outbuf_bytes(out, offer->cookie);
		break;
	case EXT_KEY_SHARE: key_share_build(out, offer); break;
	case EXT_RENEGOTIATION_INFO: outbuf_uint(out, 0, 1); break;
	default: break;		/* extended_master_secret: empty */
	}
	outbuf_vector_end(out, mark, 2);
}

static void
suites_build(struct outbuf *out, const struct tls_config *config)
{
	size_t list = outbuf_vector(out, 2);

	for (size_t i = 0; i < config->num_suites; i++)
		if (negotiate_speaks(config, config->suites[i]->version))
			outbuf_uint(out, config->suites[i]->code, 2);
	outbuf_vector_end(out, list, 2);
}

static void
hello_queue(struct tls_conn *conn, const struct hs_client_hello *hello, const struct offer *offer)
{
	uint32_t offers = client_hello_offers(conn->config) | (offer->cookie.len != 0 ? EXT_BIT(EXT_COOKIE) : 0);
	struct outbuf out = flight_open(&conn->flight, conn->buffer);
	size_t list;

	flight_message_begin(&out, MSG_CLIENT_HELLO);
	outbuf_uint(&out, TLS12, 2);
	outbuf_bytes(&out, SPAN_ARRAY(hello->random));
	outbuf_uint(&out, hello->session_id_len, 1);
	outbuf_bytes(&out, (struct span){ hello->session_id, hello->session_id_len });
	suites_build(&out, conn->config);
	outbuf_uint(&out, 0x0100, 2);	/* one compression method: none */
	list = outbuf_vector(&out, 2);
	for (unsigned i = 0; i < NUM_EXTENSIONS; i++)
		if (offers & (1u << i))
			extension_build(&out, (enum extension)i, offer);
	outbuf_vector_end(&out, list, 2);
	flight_message(&conn->flight, &out, &conn->transcript);
}

static void
hello_with_share(struct tls_conn *conn, const struct hs_client_hello *hello, struct span cookie)
{
	struct offer offer = { conn->config, hello->group, { hello->public, hello->group->public_len }, cookie };

	hello_queue(conn, hello, &offer);
}

static void
share_make(struct tls_conn *conn, struct hs_client_hello *hello, const struct tls_group *group)
{
	hello->group = group;
	group->keygen(hello->secret, hello->public, &conn->drbg);
}

void
client_hello_begin(struct tls_conn *conn)
{
	struct hs_client_hello *hello = &conn->now.client_hello;

	drbg_bytes(&conn->drbg, hello->random, sizeof hello->random);
	if (negotiate_speaks(conn->config, TLS13)) {
		hello->session_id_len = sizeof hello->session_id;
		drbg_bytes(&conn->drbg, hello->session_id, sizeof hello->session_id);
	}
	share_make(conn, hello, conn->config->groups[0]);
	conn->flight.legacy_version = 0x0301;	/* of the first record: RFC 8446, 5.1 */
	hello_with_share(conn, hello, (struct span){ NULL, 0 });
}

void
client_hello_again(struct tls_conn *conn, struct hs_client_hello *hello, const struct tls_group *group,
    struct span cookie)
{
	hello->retried = true;
	if (group != NULL)
		share_make(conn, hello, group);
	hello_with_share(conn, hello, cookie);
}

/* ---- The answer ------------------------------------------------------------------------ */

/* Is supported_versions there?  It tells 1.3's extensions from 1.2's, before they are judged. */
static bool
names_version_13(struct cursor in)
PRE(CURSOR_VALUE(in))
ASSIGNS()
{
	struct cursor list, body;
	uint32_t code, version;

	if (!cursor_vector(&in, &list, 2))
		return false;
	while (cursor_uint(&list, &code, 2) && cursor_vector(&list, &body, 2))
	LOOP_ASSIGNS(list.pos, body, code, version)
	LOOP_INVARIANT(list.pos <= list.end)
	LOOP_DECREASES(list.end - list.pos)
		if (code == extension_code(EXT_SUPPORTED_VERSIONS))
			return cursor_uint(&body, &version, 2) && cursor_done(&body) && version == TLS13;
	return false;
}

struct tls_err
server_hello_parse(struct server_hello *hello, struct cursor body, uint32_t offered)
{
	struct cursor part;
	uint32_t version, suite, compression;

	*hello = (struct server_hello){ 0 };
	if (!cursor_uint(&body, &version, 2) || !cursor_take(&body, &part, 32))
		return FAIL(DECODE);
	hello->random = cursor_rest(&part);
	if (!cursor_vector(&body, &part, 1) || cursor_left(&part) > 32 || !cursor_uint(&body, &suite, 2) ||
	    !cursor_uint(&body, &compression, 1))
		return FAIL(DECODE);
	hello->legacy_version = (uint16_t)version;
	hello->session_id = cursor_rest(&part);
	hello->suite = (uint16_t)suite;
	hello->compression = (uint8_t)compression;
	if (cursor_done(&body))
		return TLS_OK;
	hello->is_13 = version == TLS12 && names_version_13(body);
	hello->is_retry = hello->is_13 && bytes_equal(hello->random, SPAN_ARRAY(tls13_retry_random));
	return extensions_parse(&hello->ext, &body, hello->is_retry ? IN_RETRY :
	    hello->is_13 ? IN_SERVER_HELLO : IN_SERVER_HELLO_12,
	    offered | (hello->is_retry ? EXT_BIT(EXT_COOKIE) : 0));
}

/* RFC 8446, 4.1.3: a server that could speak 1.3 and does not marks its random. */
static bool
is_marked(const struct server_hello *hello)
PRE(FRESH(hello) && hello->random.len == 32 && FRESH_BYTES(hello->random.ptr, 32))
ASSIGNS()
{
	static const uint8_t MARK[] = { 'D', 'O', 'W', 'N', 'G', 'R', 'D' };
	const uint8_t *end = hello->random.ptr + 24;

	return bytes_equal((struct span){ end, 7 }, SPAN_ARRAY(MARK)) && end[7] <= 1;
}

struct tls_err
client_hello_choose(const struct tls_protocol **chosen, const struct tls_conn *conn, struct cursor body)
{
	const struct tls_config *config = conn->config;
	struct server_hello hello;
	uint16_t version;

	TRY(server_hello_parse(&hello, body, client_hello_offers(config)));
	version = hello.is_13 ? TLS13 : hello.legacy_version;
	for (size_t i = 0; i < config->num_protocols; i++)
	LOOP_ASSIGNS(i, *chosen)
	LOOP_INVARIANT(i <= config->num_protocols)
	LOOP_DECREASES(config->num_protocols - i)
		if (config->protocols[i]->version == version &&
		    (version == TLS13) == ((hello.ext.seen & EXT_BIT(EXT_SUPPORTED_VERSIONS)) != 0)) {
			*chosen = config->protocols[i];
			if (version < TLS13 && negotiate_speaks(config, TLS13) && is_marked(&hello))
				return FAIL(DOWNGRADE);
			return TLS_OK;
		}
	return FAIL(NO_COMMON_VERSION);
}
