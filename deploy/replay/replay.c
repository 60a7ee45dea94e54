/*
 * replay.c: one transcript: read it, run it, say what happened.  See replay.h and run.h.
 *
 * It is run as it was recorded, and once more byte by byte: what was decided when a byte came was decided by
 * that byte.  Both must end the same; that they do not is the finding.
 */
#include "deploy/replay/replay.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool
replay_load(struct recording **recording, const char *path)
{
	static struct recording loaded;
	static uint8_t file_bytes[RECORDING_FILE_MAX + 1];
	struct recording_error error;
	FILE *file = fopen(path, "rbe");
	size_t len;

	if (file == NULL) {
		fprintf(stderr, "pinata-replay: can not read %s: %s\n", path, strerror(errno));
		return false;
	}
	len = fread(file_bytes, 1, sizeof file_bytes, file);
	(void)fclose(file);
	*recording = &loaded;
	if (recording_parse(&loaded, &error, (struct span){ file_bytes, len }))
		return true;
	fprintf(stderr, "pinata-replay: %s, line %u: %s\n", path, error.line, recording_reason(error.reason));
	return false;
}

/* ---- Beside the recorded answer --------------------------------------------------------- */

/* How many bytes of the recorded answer, and how many of them the run gave from its first byte on. */
static size_t
same_as_recorded(const struct recording *recording, const struct run_result *result, size_t *num_recorded)
{
	size_t num_same = 0, at = 0;
	bool same = true;

	for (size_t i = 0; i < recording->num_pieces; i++) {
		const struct recording_piece *piece = &recording->pieces[i];

		for (size_t j = 0; piece->out && j < piece->len; j++, at++) {
			same = same && at < result->out_len && result->out[at] == recording->bytes[piece->from + j];
			num_same += same;
		}
	}
	*num_recorded = at;
	return num_same;
}

/* Of the seeds that it may have drawn, the one that gives the most of what was recorded. */
static uint64_t
find_draw(struct run_result *result, const struct recording *recording)
{
	uint64_t best = recording->draws[0];
	size_t most = 0, num_recorded;

	for (uint64_t draw = recording->draws[0]; draw < recording->draws[1]; draw++) {
		const struct run_order order = { recording, draw, false };
		size_t same;

		if (recording->draws[1] == recording->draws[0] + 1)
			break;
		run(result, &order);
		same = same_as_recorded(recording, result, &num_recorded);
		if (same > most) {
			most = same;
			best = draw;
		}
		if (same == num_recorded)
			break;
	}
	return best;
}

/* ---- Words ------------------------------------------------------------------------------ */

static void
say_recording(const struct recording *recording)
{
	static const char *const ENDS[] = { "open", "fin", "reset" };
	size_t num_in = 0, in_len = 0;

	for (size_t i = 0; i < recording->num_pieces; i++) {
		num_in += !recording->pieces[i].out;
		in_len += recording->pieces[i].out ? 0 : recording->pieces[i].len;
	}
	printf("port %u, %s; seed %s; %zu bytes in %zu pieces; end %s\n", recording->port,
	    recording->called ? "called" : "accepted", recording->has_seed ? "known" : "not known",
	    in_len, num_in, ENDS[recording->end]);
}

static void
say_answer(const struct recording *recording, const struct run_result *result)
{
	size_t num_recorded, num_same = same_as_recorded(recording, result, &num_recorded);

	if (!recording->has_out)
		printf("answer: %u bytes; none was recorded\n", result->out_len);
	else if (num_same == num_recorded && result->out_len == num_recorded)
		printf("answer: all %zu bytes as recorded\n", num_recorded);
	else
		printf("answer: %u bytes, %zu recorded; the first %zu as recorded\n", result->out_len, num_recorded, num_same);
}

static void
cause_words(char *words, size_t size, const struct run_result *result)
{
	switch (result->cause) {
	case RUN_BY_START:
		snprintf(words, size, "before the first byte");
		return;
	case RUN_BY_BYTE:
		snprintf(words, size, "by byte %u", result->decided_at - 1);
		return;
	case RUN_BY_END:
		snprintf(words, size, "by the peer's end after %u bytes", result->decided_at);
		return;
	default:
		snprintf(words, size, "by time, %llu ms, after %u bytes", (unsigned long long)(result->decided_ns / 1000000),
		    result->decided_at);
	}
}

void
replay_verdict(char *verdict, size_t verdict_size, const struct recording *recording, bool tell_all)
{
	static struct run_result *whole, *crumbs;
	struct run_order order = { recording, recording->draws[0], false };
	char cause[96];

	if (whole == NULL) {
		whole = run_room();
		crumbs = run_room();
	}
	order.draw = find_draw(whole, recording);
	run(whole, &order);
	order.bytewise = true;
	run(crumbs, &order);
	cause_words(cause, sizeof cause, crumbs);
	snprintf(verdict, verdict_size, "%s | decided %s%s%s", whole->outcome, cause,
	    strcmp(whole->outcome, crumbs->outcome) == 0 ? "" : " | DIFFERS byte by byte: ",
	    strcmp(whole->outcome, crumbs->outcome) == 0 ? "" : crumbs->outcome);
	if (!tell_all)
		return;
	say_recording(recording);
	(void)fwrite(whole->trace, 1, whole->trace_len, stdout);
	say_answer(recording, whole);
	if (whole->num_read < whole->num_in)
		printf("not read: the last %u of %u bytes\n", whole->num_in - whole->num_read, whole->num_in);
}
