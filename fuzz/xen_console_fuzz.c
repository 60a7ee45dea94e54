/* xen_console_fuzz.c: the console's ring: lines and the reader's index come from the input; nothing is written beside it. */
#include <stdlib.h>
#include <string.h>

#include "platform/xen/console.h"
#include "tests/platform/xen/world.h"

enum { GUARD = 0x5a };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct { uint8_t before[64]; struct xencons_interface ring; uint8_t after[64]; } shared;
	struct cursor in = cursor_of((struct span){ data, len }), line;
	uint32_t value;

	world_reset();
	memset(&shared, GUARD, sizeof shared);
	if (!cursor_uint(&in, &value, 4))
		return 0;
	shared.ring.out_prod = value;
	console_start(&shared.ring, WORLD_CONSOLE_PORT);
	while (cursor_uint(&in, &value, 4)) {
		shared.ring.out_cons = shared.ring.out_prod - value % 4096;
		if (!cursor_uint(&in, &value, 1) || !cursor_take(&in, &line, value < cursor_left(&in) ? value : cursor_left(&in)))
			break;
		console_write(cursor_rest(&line));
	}
	for (unsigned i = 0; i < sizeof shared.before; i++)
		if (shared.before[i] != GUARD || shared.after[i] != GUARD)
			abort();
	return 0;
}
