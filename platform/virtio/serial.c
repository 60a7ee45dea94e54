/* serial.c: see serial.h. */
#include "platform/virtio/serial.h"

#include "platform/x86/cpu.h"

enum { PORT = 0x3f8, INTERRUPTS = PORT + 1, FIFO = PORT + 2, LINE_CONTROL = PORT + 3, LINE_STATUS = PORT + 5 };
enum { EMPTY = 0x20, TRIES = 2000 };	/* a byte takes 87 us at 115200 baud, a look about 1 us */

void
serial_start(void)
{
	cpu_out8(INTERRUPTS, 0);
	cpu_out8(LINE_CONTROL, 0x80);	/* the divisor: 1, 115200 baud */
	cpu_out8(PORT, 1);
	cpu_out8(INTERRUPTS, 0);
	cpu_out8(LINE_CONTROL, 3);	/* 8 bits, no parity */
	cpu_out8(FIFO, 0xc7);
}

static bool
put(uint8_t byte)
{
	for (unsigned i = 0; i < TRIES; i++)
	LOOP_INVARIANT(i <= TRIES)
	LOOP_DECREASES(TRIES - i)
	{
		if (cpu_in8(LINE_STATUS) & EMPTY) {
			cpu_out8(PORT, byte);
			return true;
		}
	}
	return false;
}

void
serial_write(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
	LOOP_INVARIANT(i <= text.len)
	LOOP_DECREASES(text.len - i)
		if (!put(text.ptr[i]))
			return;
}
