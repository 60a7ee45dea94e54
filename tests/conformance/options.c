/* options.c: the options that tls_client and tls_server have in common.  See options.h. */
#include "tests/conformance/options.h"

#include <string.h>

#include "tests/conformance/load.h"

static const char *version = "both";

void
options_start(struct tls_config *config)
{
	config->suites = LOAD_SUITES;
	config->num_suites = LOAD_NUM_SUITES;
	config->groups = LOAD_GROUPS;
	config->num_groups = LOAD_NUM_GROUPS;
	config->schemes = LOAD_SCHEMES;
	config->num_schemes = LOAD_NUM_SCHEMES;
}

bool
options_take(struct tls_config *config, struct options *options, int option, const char *value)
{
	static const struct tls_suite **suites;
	static const struct tls_group **groups;
	static struct span *alpn;

	switch (option) {
	case 'c': options->cert = value; break;
	case 'k': options->key = value; break;
	case 'v': version = value; break;
	case 's':
		config->num_suites = load_suites(&suites, value);
		config->suites = suites;
		break;
	case 'g':
		config->num_groups = load_groups(&groups, value);
		config->groups = groups;
		break;
	case 'p':
		config->num_alpn = load_names(&alpn, value);
		config->alpn = alpn;
		break;
	default:
		return false;
	}
	return true;
}

void
options_end(struct tls_config *config, struct options *options)
{
	static struct tls_credential *credentials;
	bool is_12 = strcmp(version, "1.2") == 0, is_13 = strcmp(version, "1.3") == 0;

	if (!is_12 && !is_13 && strcmp(version, "both") != 0)
		load_die(version, "is not 1.2, 1.3 or both");
	options->speaks_13 = !is_12 && load_has_suite(config, 0x0304);
	options->speaks_12 = !is_13 && load_has_suite(config, 0x0303);
	if (!options->speaks_13 && !options->speaks_12)
		load_die("--suites", "has none of that version");
	if (options->cert == NULL || options->key == NULL)
		return;
	config->num_credentials = load_credentials(&credentials, options->cert, options->key);
	config->credentials = credentials;
	if (config->num_credentials == 0)
		load_die(options->key, "is of a kind that is not known");
}
