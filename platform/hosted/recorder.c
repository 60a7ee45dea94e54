/*
 * recorder.c: a transcript for each connection, FOLDER/NNNN-PORT.transcript, written when it is over.  See recorder.h.
 * The boot module is only copied from: the appliance's parser has judged it or will.
 */
#include "platform/hosted/recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/base/text.h"

enum { PUBLIC_MAX = 8192, BACK_PORT = 40001, CALLING_PORT = 10001 };	/* ports: appliance/services.c */

static struct {
	bool open;
	char folder[4096];
	char machine[PUBLIC_MAX + 1];	/* the public lines of the module and the image's hash */
	uint64_t boot_s;
	bool has_seed;
	uint8_t seed[PLAT_SEED_LEN];
	unsigned num_written, num_failed;
} recorder;

/* In the order of the file.  private-key and seed are not among them. */
static const char *const PUBLIC_KEYS[] = { "chain", "address", "netmask", "gateway", "peer-authority", "server-authority" };

/* The line of `key`, its '\n' included; empty if there is none. */
static struct span
module_line(struct span module, const char *key)
{
	const char *text = (const char *)module.ptr, *end = text + module.len;
	size_t len = strlen(key);

	while (text < end) {
		const char *eol = memchr(text, '\n', (size_t)(end - text));

		if (eol == NULL)
			break;
		if ((size_t)(eol - text) > len && memcmp(text, key, len) == 0 && text[len] == ' ')
			return (struct span){ (const uint8_t *)text, (size_t)(eol - text) + 1 };
		text = eol + 1;
	}
	return (struct span){ NULL, 0 };
}

static uint32_t
address_of(struct span line)
{
	unsigned a, b, c, d;
	char text[64] = { 0 };

	if (line.len == 0 || line.len >= sizeof text)
		return 0;
	memcpy(text, line.ptr, line.len);
	if (sscanf(text, "address %3u.%3u.%3u.%3u", &a, &b, &c, &d) != 4)
		return 0;
	return (a & 255) << 24 | (b & 255) << 16 | (c & 255) << 8 | (d & 255);
}

static void
hex_line(FILE *file, const char *before, const uint8_t *bytes, size_t len)
{
	fputs(before, file);
	for (size_t i = 0; i < len; i++)
		fprintf(file, "%02x", bytes[i]);
	fputc('\n', file);
}

static void
stream_write(FILE *file, const struct stream *stream)
{
	static const char *const ENDS[] = { [STREAMS_OPEN] = "open", [STREAMS_FIN] = "fin", [STREAMS_RESET] = "reset" };
	uint64_t first = stream->mark[0], last = stream->answered && stream->mark[1] > first ? stream->mark[1] : first + 1;
	char before[32];

	fprintf(file, "pinata-transcript 1\nport %u\nrole %s\npeer %u.%u.%u.%u:%u\n%s",
	    stream->called ? CALLING_PORT : stream->port, stream->called ? "called" : "accepted", stream->peer >> 24,
	    stream->peer >> 16 & 255, stream->peer >> 8 & 255, stream->peer & 255, stream->peer_port, recorder.machine);
	fprintf(file, "boot %llu\nbegin %llu\n", (unsigned long long)recorder.boot_s, (unsigned long long)stream->begin_ns);
	if (recorder.has_seed && last - first <= RECORDER_DRAWS_MAX) {
		hex_line(file, "seed ", recorder.seed, sizeof recorder.seed);
		fprintf(file, "draws %llu %llu\n", (unsigned long long)first, (unsigned long long)last);
	}
	for (size_t i = 0; i < stream->num_pieces; i++) {
		const struct streams_piece *piece = &stream->pieces[i];

		snprintf(before, sizeof before, "%s %llu ", piece->out ? "out" : "in", (unsigned long long)piece->at_ns);
		hex_line(file, before, (piece->out ? stream->out.bytes : stream->in.bytes) + piece->from, piece->len);
	}
	fprintf(file, "end %llu %s\n", (unsigned long long)stream->end_ns, ENDS[stream->end]);
}

/* A new file, or none: half a transcript would be read as a visitor who went away.  errno says why not. */
static bool
file_write(const char *path, const struct stream *stream)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), why;
	FILE *file = fd < 0 ? NULL : fdopen(fd, "wb");
	bool whole;

	if (file == NULL)
		return false;
	stream_write(file, stream);
	whole = fflush(file) == 0 && ferror(file) == 0;
	why = errno;
	whole = fclose(file) == 0 && whole;
	if (!whole)
		(void)unlink(path);
	errno = why;
	return whole;
}

static void
on_stream(const struct stream *stream)
{
	char path[4200];

	if (stream->ambiguous || stream->cut || (stream->called && stream->peer_port != BACK_PORT)) {
		fprintf(stderr, "pinata: a connection of port %u is not recorded: %s\n", stream->port, stream->ambiguous ?
		    "a byte of it came twice and was not the same" : stream->cut ? "it is too long" : "it is not one of ours");
		return;
	}
	snprintf(path, sizeof path, "%s/%04u-%u.transcript", recorder.folder, recorder.num_written + 1,
	    stream->called ? CALLING_PORT : stream->port);
	if (!file_write(path, stream)) {
		fprintf(stderr, "pinata: can not write %s: %s\n", path, strerror(errno));
		recorder.num_failed++;
		return;
	}
	recorder.num_written++;
}

static bool
is_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd >= 0 && close(fd) == 0;
}

bool
recorder_open(const char *folder, const struct recorder_machine *machine)
{
	struct outbuf out = outbuf_of((uint8_t *)recorder.machine, PUBLIC_MAX);
	uint32_t address = address_of(module_line(machine->module, "address"));

	for (size_t i = 0; i < sizeof PUBLIC_KEYS / sizeof PUBLIC_KEYS[0]; i++)
		outbuf_bytes(&out, module_line(machine->module, PUBLIC_KEYS[i]));
	if (machine->image_hash != NULL) {
		text_string(&out, "image ");
		text_hex(&out, (struct span){ machine->image_hash, 32 });
		text_string(&out, "\n");
	}
	if (out.overflow || address == 0 || strlen(folder) >= sizeof recorder.folder - 32 ||
	    (mkdir(folder, 0700) != 0 && errno != EEXIST) || !is_folder(folder)) {
		fprintf(stderr, "pinata: can not record to %s: %s\n", folder, out.overflow || address == 0 ?
		    "the boot module is not good" : strerror(errno));
		return false;
	}
	strcpy(recorder.folder, folder);
	recorder.boot_s = machine->boot_s;
	recorder.has_seed = machine->seed != NULL;
	if (recorder.has_seed)
		memcpy(recorder.seed, machine->seed, sizeof recorder.seed);
	streams_open(address, on_stream);
	recorder.num_written = recorder.num_failed = 0;
	recorder.open = true;
	return true;
}

void
recorder_frame(const uint8_t *frame, size_t frame_len, uint64_t now_ns, uint64_t draws)
{
	if (recorder.open)
		streams_frame((struct span){ frame, frame_len }, now_ns, draws);
}

bool
recorder_close(unsigned *num_written)
{
	if (recorder.open)
		streams_close();
	recorder.open = false;
	*num_written = recorder.num_written;
	return recorder.num_failed == 0;
}
