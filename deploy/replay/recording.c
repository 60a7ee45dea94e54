/*
 * recording.c: the strict reader of transcripts, line by line, in the one order that there is.
 * See recording.h; the format is in deploy/replay/README.md.
 */
#include "deploy/replay/recording.h"

#include <string.h>

struct reader { struct cursor file; unsigned line; struct recording_error *error; };

static const char *const REASONS[RECORDING_NUM_REASONS] = {
	[RECORDING_TOO_LONG] = "the file is too long",
	[RECORDING_BAD_FIRST_LINE] = "the first line is not \"pinata-transcript 1\"",
	[RECORDING_BAD_LINE] = "this line does not belong here",
	[RECORDING_BAD_NUMBER] = "not a number",
	[RECORDING_BAD_HEX] = "not lowercase hex, or a wrong length",
	[RECORDING_BAD_PORT] = "no service has this port",
	[RECORDING_BAD_ROLE] = "no such role",
	[RECORDING_BAD_PEER] = "not an address and a port",
	[RECORDING_BAD_MODULE] = "the module's lines are too long",
	[RECORDING_MAIN_WITH_SEED] = "a machine of chain main has no known seed",
	[RECORDING_BAD_TIME] = "time goes back",
	[RECORDING_TOO_MANY] = "too many pieces or bytes",
	[RECORDING_BAD_END] = "not an end",
	[RECORDING_TRAILING] = "something follows the end",
};

const char *
recording_reason(enum recording_reason reason) { return REASONS[reason]; }

static bool
fail(struct reader *reader, enum recording_reason reason)
{
	*reader->error = (struct recording_error){ reason, reader->line };
	return false;
}

/* The next line without its '\n', if it begins with `key` and a space: what follows them.  Nothing consumed if not. */
static bool
next_if(struct reader *reader, const char *key, struct span *value)
{
	struct span rest = cursor_rest(&reader->file);
	const uint8_t *eol = rest.len == 0 ? NULL : memchr(rest.ptr, '\n', rest.len);
	size_t key_len = strlen(key), len = eol == NULL ? 0 : (size_t)(eol - rest.ptr);

	if (eol == NULL || len < key_len + 1 || memcmp(rest.ptr, key, key_len) != 0 || rest.ptr[key_len] != ' ')
		return false;
	*value = (struct span){ rest.ptr + key_len + 1, len - key_len - 1 };
	reader->file.pos += len + 1;
	reader->line++;
	return true;
}

static bool
next(struct reader *reader, const char *key, struct span *value)
{
	if (next_if(reader, key, value))
		return true;
	reader->line++;
	return fail(reader, RECORDING_BAD_LINE);
}

/* Split at the first `at`; false if there is none. */
static bool
split(struct span *rest, struct span *head, char at)
{
	const uint8_t *found = rest->len == 0 ? NULL : memchr(rest->ptr, at, rest->len);

	if (found == NULL)
		return false;
	*head = (struct span){ rest->ptr, (size_t)(found - rest->ptr) };
	*rest = (struct span){ found + 1, rest->len - head->len - 1 };
	return true;
}

/* Decimal, no sign, no leading zero, at most `max`. */
static bool
number(uint64_t *value, struct span text, uint64_t max)
{
	*value = 0;
	if (text.len == 0 || text.len > 19 || (text.ptr[0] == '0' && text.len > 1))
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
		*value = 10 * *value + (uint64_t)(text.ptr[i] - '0');
	}
	return *value <= max;
}

static int
digit(uint8_t letter)
{
	if (letter >= '0' && letter <= '9')
		return letter - '0';
	return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

/* Exactly `len` bytes. */
static bool
hex(uint8_t *bytes, size_t len, struct span text)
{
	if (text.len != 2 * len)
		return false;
	for (size_t i = 0; i < len; i++) {
		int high = digit(text.ptr[2 * i]), low = digit(text.ptr[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		bytes[i] = (uint8_t)(16 * high + low);
	}
	return true;
}

static bool
is(struct span text, const char *word) { return text.len == strlen(word) && memcmp(text.ptr, word, text.len) == 0; }

static bool
next_number(struct reader *reader, const char *key, uint64_t *value, uint64_t max)
{
	struct span text;

	if (!next(reader, key, &text))
		return false;
	return number(value, text, max) || fail(reader, RECORDING_BAD_NUMBER);
}

/* ---- The head --------------------------------------------------------------------------- */

static bool
who(struct recording *recording, struct reader *reader)
{
	static const uint16_t PORTS[] = { 80, 443, 10000, 10001, 10002 };
	struct span text, part;
	uint64_t value = 0;
	bool known = false;

	if (!next_number(reader, "port", &value, 65535))
		return false;
	for (size_t i = 0; i < sizeof PORTS / sizeof PORTS[0]; i++)
		known |= PORTS[i] == value;
	if (!known)
		return fail(reader, RECORDING_BAD_PORT);
	recording->port = (uint16_t)value;
	if (!next(reader, "role", &text))
		return false;
	recording->called = is(text, "called");
	if (!recording->called && !is(text, "accepted"))
		return fail(reader, RECORDING_BAD_ROLE);
	if (recording->called && recording->port != 10001)
		return fail(reader, RECORDING_BAD_ROLE);
	if (!next(reader, "peer", &text))
		return false;
	for (unsigned i = 0; i < 4; i++) {
		if (!split(&text, &part, i < 3 ? '.' : ':') || !number(&value, part, 255))
			return fail(reader, RECORDING_BAD_PEER);
		recording->peer = recording->peer << 8 | (uint32_t)value;
	}
	if (!number(&value, text, 65535))
		return fail(reader, RECORDING_BAD_PEER);
	recording->peer_port = (uint16_t)value;
	return true;
}

/* The module's lines are judged by the appliance's own parser, when the machine is made. */
static bool
machine(struct recording *recording, struct reader *reader, bool *is_main)
{
	static const struct { const char *key; bool needed; } KEYS[] = {
		{ "chain", true }, { "address", true }, { "netmask", true }, { "gateway", true },
		{ "peer-authority", false }, { "server-authority", false }
	};
	size_t from = reader->file.pos;
	struct span value;

	for (size_t i = 0; i < sizeof KEYS / sizeof KEYS[0]; i++) {
		if (!next_if(reader, KEYS[i].key, &value) && KEYS[i].needed) {
			reader->line++;
			return fail(reader, RECORDING_BAD_LINE);
		}
		if (i == 0)
			*is_main = is(value, "main");
	}
	recording->module = (struct span){ reader->file.base + from, reader->file.pos - from };
	if (recording->module.len > RECORDING_PUBLIC_MAX)
		return fail(reader, RECORDING_BAD_MODULE);
	recording->has_image = next_if(reader, "image", &value);
	return !recording->has_image || hex(recording->image, sizeof recording->image, value) || fail(reader, RECORDING_BAD_HEX);
}

static bool
clock_and_seed(struct recording *recording, struct reader *reader, bool is_main)
{
	struct span text, part;

	if (!next_number(reader, "boot", &recording->boot_s, 253402300799) ||	/* the year 9999 */
	    !next_number(reader, "begin", &recording->begin_ns, RECORDING_TIME_MAX))
		return false;
	recording->has_seed = next_if(reader, "seed", &text);
	if (!recording->has_seed)
		return true;
	if (is_main)
		return fail(reader, RECORDING_MAIN_WITH_SEED);
	if (!hex(recording->seed, sizeof recording->seed, text))
		return fail(reader, RECORDING_BAD_HEX);
	if (!next(reader, "draws", &text))
		return false;
	if (!split(&text, &part, ' ') || !number(&recording->draws[0], part, RECORDING_TIME_MAX) ||
	    !number(&recording->draws[1], text, RECORDING_TIME_MAX) || recording->draws[1] <= recording->draws[0] ||
	    recording->draws[1] - recording->draws[0] > RECORDING_DRAWS_MAX)
		return fail(reader, RECORDING_BAD_NUMBER);
	return true;
}

/* ---- What came and went ----------------------------------------------------------------- */

/* One `in` or `out` line: time and bytes. */
static bool
piece(struct recording *recording, struct reader *reader, struct span text, bool out, uint64_t *last_ns)
{
	struct recording_piece *here = &recording->pieces[recording->num_pieces];
	struct span time;
	uint64_t at_ns;

	if (recording->num_pieces == RECORDING_PIECES_MAX || text.len / 2 > RECORDING_BYTES_MAX - recording->len)
		return fail(reader, RECORDING_TOO_MANY);
	if (!split(&text, &time, ' ') || !number(&at_ns, time, RECORDING_TIME_MAX))
		return fail(reader, RECORDING_BAD_NUMBER);
	if (text.len == 0 || !hex(recording->bytes + recording->len, text.len / 2, text))
		return fail(reader, RECORDING_BAD_HEX);
	if (at_ns < *last_ns)
		return fail(reader, RECORDING_BAD_TIME);
	*last_ns = at_ns;
	*here = (struct recording_piece){ at_ns, recording->len, (uint32_t)(text.len / 2), out };
	recording->len += here->len;
	recording->num_pieces++;
	recording->has_out |= out;
	return true;
}

/* Bytes that left may come after the end of what came in. */
static bool
end(struct recording *recording, struct reader *reader)
{
	static const char *const ENDS[RECORDING_NUM_ENDS] = { "open", "fin", "reset" };
	uint64_t last_in_ns = 0;
	struct span text, time;

	if (!next(reader, "end", &text))
		return false;
	if (!split(&text, &time, ' ') || !number(&recording->end_ns, time, RECORDING_TIME_MAX))
		return fail(reader, RECORDING_BAD_NUMBER);
	for (size_t i = 0; i < recording->num_pieces; i++)
		if (!recording->pieces[i].out)
			last_in_ns = recording->pieces[i].at_ns;
	if (recording->end_ns < last_in_ns)
		return fail(reader, RECORDING_BAD_TIME);
	recording->end = RECORDING_OPEN;
	while (recording->end < RECORDING_NUM_ENDS && !is(text, ENDS[recording->end]))
		recording->end++;
	if (recording->end == RECORDING_NUM_ENDS)
		return fail(reader, RECORDING_BAD_END);
	reader->line++;
	return cursor_done(&reader->file) || fail(reader, RECORDING_TRAILING);
}

bool
recording_parse(struct recording *recording, struct recording_error *error, struct span file)
{
	struct reader reader = { cursor_of(file), 0, error };
	uint64_t last_ns = 0;
	bool is_main = false, out;
	struct span text;

	memset(recording, 0, offsetof(struct recording, pieces));
	recording->len = 0;
	if (file.len > RECORDING_FILE_MAX)
		return fail(&reader, RECORDING_TOO_LONG);
	if (!next_if(&reader, "pinata-transcript", &text) || !is(text, "1")) {
		reader.line = 1;
		return fail(&reader, RECORDING_BAD_FIRST_LINE);
	}
	if (!who(recording, &reader) || !machine(recording, &reader, &is_main) || !clock_and_seed(recording, &reader, is_main))
		return false;
	for (;;) {
		out = next_if(&reader, "out", &text);
		if (!out && !next_if(&reader, "in", &text))
			break;
		if (!piece(recording, &reader, text, out, &last_ns))
			return false;
	}
	return end(recording, &reader);
}
