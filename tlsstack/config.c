/*
 * config.c: what every configuration must have.  See config.h.  A wrong one is our bug, found at the
 * first connection: nothing here depends on a peer.
 */
#include "tlsstack/config.h"

#include "platform/base/panic.h"
#include "tlsstack/crypto/crypto.h"
#include "tlsstack/handshake.h"
#include "tlsstack/limits.h"
#include "tlsstack/peer.h"

#define LIST_MAX	32	/* items of any list: what a hello or a request has room for */
#define NAME_MAX	255	/* of a server (RFC 1035, 2.3.4), of an application protocol (RFC 7301, 3.1) */

static void
check_credential(const struct tls_credential *credential)
{
	size_t total = 0;

	REQUIRE(credential->scheme != NULL && credential->num_chain > 0);
	for (size_t i = 0; i < credential->num_chain; i++) {
		REQUIRE(credential->chain[i].len > 0 && credential->chain[i].len <= TLS_OWN_CHAIN_MAX);
		total += credential->chain[i].len + 5;
	}
	REQUIRE(total <= TLS_OWN_CHAIN_MAX);
}

/* Each protocol has a suite, and one role is all a configuration serves. */
static void
check_protocol(const struct tls_config *config, const struct tls_protocol *protocol)
{
	bool has_suite = false;

	REQUIRE(protocol->is_server == config->protocols[0]->is_server);
	for (size_t i = 0; i < config->num_suites; i++)
		has_suite = has_suite || config->suites[i]->version == protocol->version;
	REQUIRE(has_suite);
	REQUIRE(protocol->peer == PEER_NONE || (config->num_anchors > 0 && config->num_schemes > 0));
}

static void
check_authorities(const struct tls_config *config)
{
	uint8_t room[TLS_AUTHORITIES_MAX + 2];
	struct outbuf names = outbuf_of(room, sizeof room);

	peer_authorities_build(&names, config);
	REQUIRE(!names.overflow);
}

static void
check_names(const struct tls_config *config)
{
	REQUIRE(config->server_name.len <= NAME_MAX && config->num_alpn <= LIST_MAX);
	for (size_t i = 0; i < config->num_alpn; i++)
		REQUIRE(config->alpn[i].len > 0 && config->alpn[i].len <= NAME_MAX);
}

void
config_check(const struct tls_config *config)
{
	REQUIRE(config->num_protocols > 0 && config->num_suites > 0 && config->num_groups > 0);
	REQUIRE(config->num_suites <= LIST_MAX && config->num_groups <= LIST_MAX && config->num_schemes <= LIST_MAX);
	REQUIRE(config->num_protocols <= LIST_MAX && config->num_credentials <= LIST_MAX);
	REQUIRE(config->message_max == 0 || (config->message_max >= TLS_MESSAGE_MAX &&
	    config->message_max <= TLS_MESSAGE_TOP));
	REQUIRE(config->cookie.len <= TLS_COOKIE_MAX);
	check_names(config);
	if (config->name_authorities)
		check_authorities(config);
	for (size_t i = 0; i < config->num_protocols; i++)
		check_protocol(config, config->protocols[i]);
	REQUIRE(config->num_credentials > 0 || !config->protocols[0]->is_server);
	for (size_t i = 0; i < config->num_credentials; i++)
		check_credential(&config->credentials[i]);
}
