/* der_fuzz.c: der.c on any bytes.  A reader consumes on true alone, and never more than there is. */
#include <stdint.h>
#include <stdlib.h>

#include "tlsstack/der.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One reader, chosen by the first byte, at one place. */
static bool
read_one(struct cursor *in, uint8_t which)
{
	struct cursor content;
	struct span span;
	uint64_t seconds;
	uint32_t number;
	uint16_t bits;
	uint8_t tag;
	bool yes;

	switch (which % 9) {
	case 0: return der_any(in, &tag, &content);
	case 1: return der_whole(in, DER_SEQUENCE, &span, &content);
	case 2: return der_bool(in, &yes);
	case 3: return der_positive(in, &span) && span.len > 0 && span.ptr[0] != 0;
	case 4: return der_uint32(in, &number);
	case 5: return der_oid(in, &span);
	case 6: return der_bits(in, &span);
	case 7: return der_named_bits(in, &bits);
	default: return der_time(in, &seconds) && seconds <= 253402300799u;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor in;
	size_t before = 0;

	if (size == 0)
		return 0;
	in = cursor_of((struct span){ data + 1, size - 1 });
	while (read_one(&in, data[0])) {
		if (in.pos <= before || in.pos > in.end)
			abort();
		before = in.pos;
	}
	if (in.pos != before)
		abort();
	return 0;
}
