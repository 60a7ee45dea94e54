/* report.h: a status as the public sees it: status.json, badge.svg, index.html.  Pure. */
#ifndef TOOL_REPORT_H
#define TOOL_REPORT_H

#include <jansson.h>

#include "deploy/tool/manifest.h"
#include "deploy/tool/status.h"

struct report {
	const struct manifest *manifest;
	const struct status_rules *rules;
	struct status status;
	const char *trouble;		/* why UNKNOWN, or NULL */
	const char *tip_hash;		/* NULL when unknown */
	int32_t tip_height;
	int64_t tip_time_s, checked_s, valid_until_s;
	enum state last_state;		/* the last that was not UNKNOWN, and when; last_s 0: never */
	int64_t last_s;
};

/* Format "pinata-watch 1", see deploy/tool/README.md. */
json_t *report_json(const struct report *report);

/* In fresh memory. */
char *report_badge(const struct report *report);
char *report_page(const struct report *report);

/* The exit code of `watch --once` for a state. */
int report_exit_code(enum state state);

#endif
