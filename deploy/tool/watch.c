/* watch.c: `pinata-tool watch`: follow the chain, publish the status, tell a hook. */
#include "deploy/tool/tool.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "deploy/tool/args.h"
#include "deploy/tool/follow.h"
#include "deploy/tool/report.h"

struct watch {
	const struct args *args;
	struct manifest manifest;
	struct follow follow;
	struct opening opening;
	struct status_rules rules;
	const char *folder;
	int64_t interval_s;
	bool has_last;
	enum state last;		/* what was published last */
	enum state last_known;
	int64_t last_known_s;
};

static volatile sig_atomic_t stopping;

static void
stop(int number)
{
	(void)number;
	stopping = 1;
}

static void
publish(const struct watch *watch, const char *name, char *text)
{
	char *path = tool_format("%s/%s", watch->folder, name);

	tool_replace(path, (struct span){ (uint8_t *)text, strlen(text) }, 0644);
	free(path);
	free(text);
}

static char *
status_text(const struct report *report)
{
	json_t *object = report_json(report);
	char *text = json_dumps(object, JSON_INDENT(2)), *line;

	json_decref(object);
	if (text == NULL)
		tool_die(TOOL_FILE, "out of memory");
	line = tool_format("%s\n", text);
	free(text);
	return line;
}

/* PROGRAM old new status.json; its failure is told and changes nothing. */
static void
call_hook(const struct watch *watch, enum state now)
{
	const char *program = args_get(watch->args, "hook");
	char *path = tool_format("%s/status.json", watch->folder == NULL ? "." : watch->folder);
	const char *words[] = { program, watch->has_last ? status_name(watch->last) : "NONE", status_name(now), path,
	    NULL };
	extern char **environ;
	int result, ended = 0;
	pid_t child;

	if (program != NULL) {
		result = posix_spawnp(&child, program, NULL, NULL, (char **)words, environ);
		while (result == 0 && waitpid(child, &ended, 0) < 0 && errno == EINTR)
			;
		if (result != 0)
			tool_note("watch: can not run the hook %s: %s", program, strerror(result));
		else if (!WIFEXITED(ended) || WEXITSTATUS(ended) != 0)
			tool_note("watch: the hook %s failed", program);
	}
	free(path);
}

/* The opening's file may come later: the owner makes it when he withdraws. */
static void
look_for_opening(struct watch *watch)
{
	const char *path = args_get(watch->args, "opening");

	if (watch->rules.num_openings == 0 && path != NULL && access(path, R_OK) == 0) {
		opening_read(&watch->opening, path);
		watch->rules.num_openings = 1;
	}
}

static enum state
round_once(struct watch *watch)
{
	int64_t now_s = (int64_t)time(NULL);
	struct report report = { .manifest = &watch->manifest, .rules = &watch->rules, .checked_s = now_s };
	const struct follow *follow = &watch->follow;
	struct status_view view;
	enum state state;
	char *text;

	look_for_opening(watch);
	follow_round(&watch->follow, now_s);
	view = follow_view(follow);
	report.status = status_of(&view, &watch->rules);
	state = report.status.state;
	report.trouble = view.trouble;
	report.valid_until_s = now_s + 3 * watch->interval_s;
	report.last_state = watch->last_known;
	report.last_s = watch->last_known_s;
	if (state != STATE_UNKNOWN) {
		report.tip_hash = follow->blocks[follow->num_blocks - 1].hash;
		report.tip_time_s = follow->blocks[follow->num_blocks - 1].time_s;
		report.tip_height = follow_tip(follow);
		watch->last_known = state;
		watch->last_known_s = now_s;
	}
	text = status_text(&report);
	if (args_flag(watch->args, "json")) {
		fputs(text, stdout);
		fflush(stdout);
	} else if (!watch->has_last || watch->last != state) {
		printf("%s%s%s\n", status_name(state), view.trouble == NULL ? "" : ": ", view.trouble == NULL ? "" : view.trouble);
		fflush(stdout);
	}
	if (watch->folder != NULL) {
		publish(watch, "status.json", text);
		publish(watch, "badge.svg", report_badge(&report));
		publish(watch, "index.html", report_page(&report));
	} else {
		free(text);
	}
	if (!watch->has_last || watch->last != state)
		call_hook(watch, state);
	watch->last = state;
	watch->has_last = true;
	return state;
}

/* What an earlier run published, so that a restart is no change of state. */
static void
recall(struct watch *watch)
{
	char *path = tool_format("%s/status.json", watch->folder);
	json_t *object = json_load_file(path, 0, NULL), *known = json_object_get(object, "last_known");
	const char *state = json_string_value(json_object_get(object, "state"));
	const char *last = json_is_object(known) ? json_string_value(json_object_get(known, "state")) : state;
	const json_t *at = json_is_object(known) ? json_object_get(known, "at") : json_object_get(object, "checked_at");

	for (unsigned i = 0; i < NUM_STATES; i++) {
		if (state != NULL && strcmp(state, status_name(i)) == 0) {
			watch->last = i;
			watch->has_last = true;
		}
		if (last != NULL && i != STATE_UNKNOWN && strcmp(last, status_name(i)) == 0) {
			watch->last_known = i;
			watch->last_known_s = json_integer_value(at);
		}
	}
	json_decref(object);
	free(path);
}

static void
begin(struct watch *watch, const struct args *args)
{
	const char *second = args_get(args, "second-rpc");

	*watch = (struct watch){ .args = args, .folder = args_get(args, "out") };
	manifest_read(&watch->manifest, args_need(args, "manifest"));
	watch->interval_s = args_number(args, "interval", 30, 1, 3600);
	watch->rules = (struct status_rules){ watch->manifest.confirmations, watch->manifest.funded_sat,
	    (const uint8_t (*)[32])watch->manifest.commitments, watch->manifest.num_commitments, &watch->opening, 0 };
	if (watch->folder != NULL && mkdir(watch->folder, 0755) != 0 && errno != EEXIST)
		tool_die(TOOL_FILE, "can not make %s: %s", watch->folder, strerror(errno));
	if (watch->folder == NULL && !args_flag(args, "once"))
		tool_die(TOOL_USAGE, "watch needs --out DIR for its pages and evidence, or --once");
	if (watch->folder != NULL)
		recall(watch);
	follow_open(&watch->follow, &watch->manifest, rpc_from_args(args, watch->manifest.chain),
	    second == NULL ? NULL : rpc_open(second, args_need(args, "second-cookie")), watch->folder,
	    60 * args_number(args, "max-tip-age", 180, 1, INT32_MAX));
}

int
watch_main(const struct args *args)
{
	static struct watch watch;
	struct sigaction action = { .sa_handler = stop };

	begin(&watch, args);
	if (args_flag(args, "once"))
		return report_exit_code(round_once(&watch));
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	while (!stopping) {
		struct timespec pause = { .tv_sec = watch.interval_s };

		round_once(&watch);
		if (!stopping)
			nanosleep(&pause, NULL);
	}
	return TOOL_DONE;
}
