/* module.h: makes boot modules from lines, with a right checksum, for tests. */
#ifndef TESTS_MODULE_H
#define TESTS_MODULE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform/base/sha256.h"

struct module { size_t len; uint8_t bytes[16384]; };

static inline void
module_add(struct module *module, const char *text)
{
	if (strlen(text) > sizeof module->bytes - module->len)
		abort();
	memcpy(module->bytes + module->len, text, strlen(text));
	module->len += strlen(text);
}

/* Append the checksum line of what is there. */
static inline void
module_seal(struct module *module)
{
	uint8_t digest[SHA256_LEN];
	char hex[3];

	sha256(digest, (struct span){ module->bytes, module->len });
	module_add(module, "checksum ");
	for (size_t i = 0; i < sizeof digest; i++) {
		snprintf(hex, sizeof hex, "%02x", digest[i]);
		module_add(module, hex);
	}
	module_add(module, "\n");
}

static inline struct span
module_span(const struct module *module) { return (struct span){ module->bytes, module->len }; }

#endif
