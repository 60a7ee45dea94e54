/* negotiate.c: what both sides have in common.  See negotiate.h; RFC 8446, 4.1.1 and 9.2. */
#include "tlsstack/negotiate.h"

#include "platform/base/bytes.h"
#include "tlsstack/conn.h"
#include "tlsstack/peer.h"

#define FALLBACK_SCSV	0x5600	/* RFC 7507 */
#define SSL3	0x0300
#define TLS12	0x0303
#define TLS13	0x0304

static bool
offers(const struct client_hello *hello, uint16_t version)
PRE(FRESH(hello) && CURSOR_VALUE(hello->versions))
ASSIGNS()
{
	if (hello->ext.seen & EXT_BIT(EXT_SUPPORTED_VERSIONS))
		return list16_has(hello->versions, version);
	return version == TLS12 && hello->legacy_version >= TLS12;
}

bool
negotiate_speaks(const struct tls_config *config, uint16_t version)
{
	for (size_t i = 0; i < config->num_protocols; i++)
	LOOP_ASSIGNS(i)
	LOOP_INVARIANT(i <= config->num_protocols)
	LOOP_DECREASES(config->num_protocols - i)
		if (config->protocols[i]->version == version)
			return true;
	return false;
}

struct tls_err
negotiate_server(const struct tls_protocol **chosen, const struct tls_conn *conn, struct cursor body)
{
	const struct tls_config *config = conn->config;
	struct client_hello hello;

	TRY(client_hello_parse(&hello, body));
	if (hello.legacy_version <= SSL3)	/* RFC 8446, D.5; else supported_versions alone decides: 4.2.1 */
		return FAIL(NO_COMMON_VERSION);
	for (size_t i = 0; i < config->num_protocols; i++)
	LOOP_ASSIGNS(i, *chosen)
	LOOP_INVARIANT(i <= config->num_protocols)
	LOOP_DECREASES(config->num_protocols - i)
	{
		const struct tls_protocol *protocol = config->protocols[i];

		if (!offers(&hello, protocol->version))
			continue;
		if (protocol->version == TLS12 && negotiate_speaks(config, TLS13) &&
		    list16_has(hello.suites, FALLBACK_SCSV))
			return FAIL(FALLBACK);
		*chosen = protocol;
		return TLS_OK;
	}
	return FAIL(NO_COMMON_VERSION);
}

const struct tls_suite *
negotiate_suite(const struct tls_config *config, struct cursor offered, uint16_t version)
{
	for (size_t i = 0; i < config->num_suites; i++)
	LOOP_ASSIGNS(i)
	LOOP_INVARIANT(i <= config->num_suites)
	LOOP_DECREASES(config->num_suites - i)
		if (config->suites[i]->version == version && list16_has(offered, config->suites[i]->code))
			return config->suites[i];
	return NULL;
}

const struct tls_group *
negotiate_group(const struct tls_config *config, struct cursor offered)
{
	for (size_t i = 0; i < config->num_groups; i++)
	LOOP_ASSIGNS(i)
	LOOP_INVARIANT(i <= config->num_groups)
	LOOP_DECREASES(config->num_groups - i)
		if (list16_has(offered, config->groups[i]->code))
			return config->groups[i];
	return NULL;
}

static bool
names_have(struct cursor names, struct span name)
PRE(CURSOR_VALUE(names) && SPAN_VALUE(name))
ASSIGNS()
{
	struct cursor each;

	while (cursor_vector(&names, &each, 1))
	LOOP_ASSIGNS(names.pos, each)
	LOOP_INVARIANT(names.pos <= names.end)
	LOOP_DECREASES(names.end - names.pos)
		if (bytes_equal(cursor_rest(&each), name))
			return true;
	return false;
}

struct tls_err
negotiate_alpn(struct span *alpn, const struct tls_config *config, const struct client_hello *hello)
{
	if (config->num_alpn == 0 || !(hello->ext.seen & EXT_BIT(EXT_ALPN)))
		return TLS_OK;
	for (size_t i = 0; i < config->num_alpn; i++)
	LOOP_ASSIGNS(i, *alpn)
	LOOP_INVARIANT(i <= config->num_alpn && alpn->ptr == AT_ENTRY(alpn->ptr) && alpn->len == AT_ENTRY(alpn->len))
	LOOP_DECREASES(config->num_alpn - i)
		if (names_have(hello->protocols, config->alpn[i])) {
			*alpn = config->alpn[i];
			return TLS_OK;
		}
	return FAIL(NO_COMMON_ALPN);
}

/* RFC 8446, 4.2.7: groups of older versions must not be offered for this one. */
static struct tls_err
shares_check(struct cursor shares)
PRE(CURSOR_VALUE(shares))
ASSIGNS()
{
	struct cursor key;
	uint32_t group;

	while (cursor_uint(&shares, &group, 2) && cursor_vector(&shares, &key, 2))
	LOOP_ASSIGNS(shares.pos, key, group)
	LOOP_INVARIANT(shares.pos <= shares.end)
	LOOP_DECREASES(shares.end - shares.pos)
		if ((group >= 1 && group <= 22) || (group >= 26 && group <= 28) || group == 0xff01 || group == 0xff02)
			return FAIL(BAD_KEY_SHARE);
	return TLS_OK;
}

/* RFC 8446, 4.1.2 and 9.2: what a ClientHello for TLS 1.3 must and must not have. */
static struct tls_err
check13(const struct client_hello *hello)
PRE(FRESH(hello) && CURSOR_VALUE(hello->compressions) && CURSOR_VALUE(hello->shares))
ASSIGNS()
{
	const uint32_t needed = EXT_BIT(EXT_SUPPORTED_GROUPS) | EXT_BIT(EXT_KEY_SHARE) |
	    EXT_BIT(EXT_SIGNATURE_ALGORITHMS);

	if (cursor_left(&hello->compressions) != 1 || cursor_rest(&hello->compressions).ptr[0] != 0)
		return FAIL(ILLEGAL_PARAMETER);
	if ((hello->ext.seen & needed) != needed)
		return FAIL(MISSING_EXTENSION);
	TRY(shares_check(hello->shares));
	if ((hello->ext.seen & EXT_BIT(EXT_PRE_SHARED_KEY)) &&
	    !(hello->ext.seen & EXT_BIT(EXT_PSK_KEY_EXCHANGE_MODES)))
		return FAIL(MISSING_EXTENSION);	/* 4.2.9 */
	return TLS_OK;
}

/* The first common group with a share; where there is none, the first: a share is asked for. */
static const struct tls_group *
group13(const struct tls_config *config, const struct client_hello *hello)
{
	struct span share;

	for (size_t i = 0; !config->insist_on_group && i < config->num_groups; i++)
	LOOP_ASSIGNS(i, share)
	LOOP_INVARIANT(i <= config->num_groups)
	LOOP_DECREASES(config->num_groups - i)
		if (client_hello_share(&share, hello, config->groups[i]->code))
			return config->groups[i];
	return negotiate_group(config, hello->groups);
}

struct tls_err
negotiate_13(struct choice13 *choice, const struct tls_config *config, const struct client_hello *hello)
{
	*choice = (struct choice13){ 0 };
	TRY(check13(hello));
	choice->suite = negotiate_suite(config, hello->suites, TLS13);
	if (choice->suite == NULL)
		return FAIL(NO_COMMON_SUITE);
	choice->group = group13(config, hello);
	if (choice->group == NULL)
		return FAIL(NO_COMMON_GROUP);
	choice->credential = peer_credential(config, hello->schemes, TLS13, CRYPTO_NO_FAMILY, NULL);
	if (choice->credential == NULL)
		return FAIL(NO_COMMON_SCHEME);
	if (client_hello_share(&choice->share, hello, choice->group->code) && choice->share.len == 0)
		return FAIL(BAD_KEY_SHARE);
	return TLS_OK;
}

/* ---- TLS 1.2 --------------------------------------------------------------------------- */

static bool
list8_has(struct cursor list, uint8_t value)
PRE(CURSOR_VALUE(list))
ASSIGNS()
{
	uint32_t each;

	while (cursor_uint(&list, &each, 1))
	LOOP_ASSIGNS(list.pos, each)
	LOOP_INVARIANT(list.pos <= list.end)
	LOOP_DECREASES(list.end - list.pos)
		if (each == value)
			return true;
	return false;
}

/* RFC 5246, 7.4.1.2; RFC 5746, 3.6; RFC 7627, 5.3; RFC 8422, 5.1.2. */
static struct tls_err
check12(const struct client_hello *hello)
PRE(FRESH(hello) && CURSOR_VALUE(hello->compressions) && (!(hello->ext.seen & EXT_BIT(EXT_RENEGOTIATION_INFO)) || CURSOR_VALUE(hello->ext.body[EXT_RENEGOTIATION_INFO])))
PRE(!(hello->ext.seen & EXT_BIT(EXT_EC_POINT_FORMATS)) || CURSOR_VALUE(hello->ext.body[EXT_EC_POINT_FORMATS]))
ASSIGNS()
{
	struct cursor body, formats;

	if (!list8_has(hello->compressions, 0))
		return FAIL(ILLEGAL_PARAMETER);
	body = hello->ext.body[EXT_RENEGOTIATION_INFO];
	if ((hello->ext.seen & EXT_BIT(EXT_RENEGOTIATION_INFO)) &&
	    (cursor_left(&body) != 1 || cursor_rest(&body).ptr[0] != 0))
		return FAIL(RENEGOTIATION);
	body = hello->ext.body[EXT_EC_POINT_FORMATS];
	if (hello->ext.seen & EXT_BIT(EXT_EC_POINT_FORMATS)) {
		if (!cursor_vector(&body, &formats, 1) || !cursor_done(&body) || cursor_done(&formats))
			return FAIL(DECODE);
		if (!list8_has(formats, 0))
			return FAIL(ILLEGAL_PARAMETER);
	}
	if (!(hello->ext.seen & EXT_BIT(EXT_EXTENDED_MASTER_SECRET)))
		return FAIL(NO_EXTENDED_MASTER_SECRET);
	return cursor_done(&hello->ext.body[EXT_EXTENDED_MASTER_SECRET]) ? TLS_OK : FAIL(DECODE);
}

struct tls_err
negotiate_12(struct choice12 *choice, const struct tls_config *config, const struct client_hello *hello)
{
	static const uint8_t P256[] = { 0, 23 };	/* who names no curve has this one: RFC 8422, 4 */
	bool named = hello->ext.seen & EXT_BIT(EXT_SUPPORTED_GROUPS);

	TRY(check12(hello));
	choice->group = negotiate_group(config, named ? hello->groups : cursor_of(SPAN_ARRAY(P256)));
	if (choice->group == NULL)
		return FAIL(NO_COMMON_GROUP);
	for (size_t i = 0; i < config->num_suites; i++)
	LOOP_ASSIGNS(i, choice->suite, choice->credential)
	LOOP_INVARIANT(i <= config->num_suites)
	LOOP_DECREASES(config->num_suites - i)
	{
		choice->suite = config->suites[i];
		if (choice->suite->version != TLS12 || !list16_has(hello->suites, choice->suite->code))
			continue;
		/* A client verifies with the curves that it names (RFC 8422, 5.1). */
		choice->credential = peer_credential(config, hello->schemes, TLS12, choice->suite->credential,
		    named ? &hello->groups : NULL);
		if (choice->credential != NULL)
			return TLS_OK;
	}
	return FAIL(NO_COMMON_SUITE);
}
