/* answer.c: a server's choices against what was offered.  See answer.h; RFC 7301, 6066, 8449. */
#include "tlsstack/answer.h"

#include "platform/base/bytes.h"

const struct tls_suite *
answer_suite(const struct tls_config *config, uint16_t code, uint16_t version)
{
	for (size_t i = 0; i < config->num_suites; i++)
	LOOP_ASSIGNS(i)
	LOOP_INVARIANT(i <= config->num_suites)
	LOOP_DECREASES(config->num_suites - i)
		if (config->suites[i]->code == code && config->suites[i]->version == version)
			return config->suites[i];
	return NULL;
}

const struct tls_group *
answer_group(const struct tls_config *config, uint16_t code)
{
	for (size_t i = 0; i < config->num_groups; i++)
	LOOP_ASSIGNS(i)
	LOOP_INVARIANT(i <= config->num_groups)
	LOOP_DECREASES(config->num_groups - i)
		if (config->groups[i]->code == code)
			return config->groups[i];
	return NULL;
}

static struct tls_err
alpn_check(struct tls_conn *conn, struct cursor body)
{
	const struct tls_config *config = conn->config;
	struct span name;

	TRY(hello_alpn_parse(&name, body));
	for (size_t i = 0; i < config->num_alpn; i++)
	LOOP_ASSIGNS(i, conn->info.alpn)
	LOOP_INVARIANT(i <= config->num_alpn)
	LOOP_DECREASES(config->num_alpn - i)
		if (bytes_equal(config->alpn[i], name)) {
			conn->info.alpn = config->alpn[i];
			return TLS_OK;
		}
	return FAIL(ILLEGAL_PARAMETER);
}

struct tls_err
answer_extensions(struct tls_conn *conn, const struct extensions *ext)
{
	uint32_t limit;

	if ((ext->seen & EXT_BIT(EXT_SERVER_NAME)) && !cursor_done(&ext->body[EXT_SERVER_NAME]))
		return FAIL(DECODE);
	if (ext->seen & EXT_BIT(EXT_ALPN))
		TRY(alpn_check(conn, ext->body[EXT_ALPN]));
	if (!(ext->seen & EXT_BIT(EXT_RECORD_SIZE_LIMIT)))
		return TLS_OK;
	TRY(hello_record_size_limit_parse(&limit, ext->body[EXT_RECORD_SIZE_LIMIT]));
	if (conn->protocol->version == 0x0304 && limit <= TLS_PLAINTEXT_MAX)
		limit--;	/* RFC 8449, 4: in TLS 1.3 the type counts */
	if (limit < TLS_PLAINTEXT_MAX)
		conn->send_limit = (uint16_t)limit;
	return TLS_OK;
}
