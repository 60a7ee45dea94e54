/*
 * corpus.c: what came in on a connection as an input of the fuzz target of its role (fuzz/README.md), named by
 * its hash.  Bytes alone: the times, and the seed that would make sealed records readable, are not in it.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "deploy/replay/replay.h"
#include "platform/base/sha256.h"
#include "platform/base/text.h"

enum { NAME_LEN = 40, SERVER_POLICIES = 3, ANYBODY = 2, ENGINE_CLIENT = 3 };

/* What a target wants before the bytes: server_fuzz.c, engine_fuzz.c, http_fuzz.c. */
static const char *
target_of(const struct recording *recording, struct outbuf *out, uint8_t first)
{
	switch (recording->port) {
	case 80:
		outbuf_uint(out, 0, 1);
		return "http";
	case 443:
		outbuf_uint(out, ANYBODY, 1);
		return "server";
	case 10000:
		if (first < SERVER_POLICIES)
			outbuf_uint(out, 0, 1);
		return "server";
	default:
		outbuf_uint(out, ENGINE_CLIENT, 1);
		outbuf_uint(out, 0, 1);
		return "engine";
	}
}

static struct span
input_of(const struct recording *recording, const char **target)
{
	static uint8_t bytes[RECORDING_BYTES_MAX + 2];
	struct outbuf out = outbuf_of(bytes, sizeof bytes);
	bool begun = false;

	for (size_t i = 0; i < recording->num_pieces; i++) {
		const struct recording_piece *piece = &recording->pieces[i];

		if (piece->out)
			continue;
		if (!begun)
			*target = target_of(recording, &out, recording->bytes[piece->from]);
		begun = true;
		outbuf_bytes(&out, (struct span){ recording->bytes + piece->from, piece->len });
	}
	return outbuf_span(&out);
}

static bool
input_write(const char *folder, const char *target, struct span input)
{
	uint8_t digest[SHA256_LEN];
	char path[4600], name[2 * SHA256_LEN];
	struct outbuf hex = outbuf_of((uint8_t *)name, sizeof name);
	bool good;
	FILE *file;

	sha256(digest, input);
	text_hex(&hex, SPAN_ARRAY(digest));
	snprintf(path, sizeof path, "%s/%s", folder, target);
	if ((mkdir(folder, 0777) != 0 && errno != EEXIST) || (mkdir(path, 0777) != 0 && errno != EEXIST))
		return false;
	snprintf(path, sizeof path, "%s/%s/%.*s", folder, target, NAME_LEN, name);
	file = fopen(path, "wbe");
	good = file != NULL && fwrite(input.ptr, 1, input.len, file) == input.len;
	return file != NULL && fclose(file) == 0 && good;
}

int
corpus(const char *out, char **paths, int num_paths)
{
	for (int i = 0; i < num_paths; i++) {
		const char *target = NULL;
		struct recording *recording;
		struct span input;

		if (!replay_load(&recording, paths[i]))
			return 2;
		input = input_of(recording, &target);
		if (target != NULL && !input_write(out, target, input)) {
			fprintf(stderr, "pinata-replay: can not write to %s: %s\n", out, strerror(errno));
			return 2;
		}
	}
	return 0;
}
