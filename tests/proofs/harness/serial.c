/* serial.c: a port that takes a byte when it likes, or never.  Stubs check that only the console's ports are touched, a byte only when it may be. */
#include "tests/proofs/harness/shared.h"

#include "platform/base/span.h"

bool nondet_bool(void);
uint8_t nondet_uint8(void);
size_t nondet_size(void);
void *malloc(size_t len);
void other_side(void) { }

static bool empty;

static inline void
cpu_out8(uint16_t port, uint8_t value)
{
	(void)value;
	ASSERT(port == 0x3f8 && empty);
	empty = false;
}

static inline uint8_t
cpu_in8(uint16_t port)
{
	uint8_t status = nondet_uint8();

	ASSERT(port == 0x3fd);
	empty = (status & 0x20) != 0;
	return status;
}

#include "platform/virtio/serial.c"

bool given_put(uint8_t byte) { (void)byte; return nondet_bool(); }

void prove_put(void) { empty = false; (void)put(nondet_uint8()); REACHED(); }

void
prove_serial_write(void)
{
	struct span text = { NULL, nondet_size() };

	ASSUME(text.len <= INPUT_MAX);
	text.ptr = malloc(text.len);
	ASSUME(text.ptr != NULL);
	serial_write(text);
	REACHED();
}
