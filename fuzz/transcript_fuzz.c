/* transcript_fuzz.c: the reader of transcripts: what it takes keeps the promises of recording.h; and no file is taken with a tail. */
#include <stdlib.h>

#include "deploy/replay/recording.h"
#include "fuzz/outcome.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

const char *fuzz_outcome;

static void
check(bool promise)
{
	if (!promise)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct recording recording;
	struct recording_error error = { RECORDING_NUM_REASONS, 0 };
	uint64_t last_ns = 0;
	uint32_t at = 0;

	if (!recording_parse(&recording, &error, (struct span){ data, len })) {
		check(error.reason < RECORDING_NUM_REASONS);
		fuzz_outcome = recording_reason(error.reason);
		return 0;
	}
	fuzz_outcome = "good";
	for (size_t i = 0; i < recording.num_pieces; i++) {
		const struct recording_piece *piece = &recording.pieces[i];

		check(piece->from == at && piece->len > 0 && piece->at_ns >= last_ns);
		check(piece->out || recording.end_ns >= piece->at_ns);
		last_ns = piece->at_ns;
		at += piece->len;
	}
	check(at == recording.len && at <= RECORDING_BYTES_MAX && recording.end < RECORDING_NUM_ENDS);
	check(recording.module.ptr >= data && recording.module.len <= (size_t)(data + len - recording.module.ptr));
	check(!recording.has_seed || (recording.draws[0] < recording.draws[1] &&
	    recording.draws[1] - recording.draws[0] <= RECORDING_DRAWS_MAX));
	check(!recording_parse(&recording, &error, (struct span){ data, len - 1 }));
	return 0;
}
