/* devices.c: see devices.h. */
#include "platform/virtio/devices.h"

#include "platform/base/bytes.h"

/* PCI's hole below the IOAPIC: never RAM, on QEMU and on Firecracker. */
enum { IRQ_MIN = 1, IRQ_MAX = 23, ALIGN = 512 };
static const uint64_t HOLE_FROM = 0xc0000000, HOLE_TO = 0xfec00000;

/* The next bytes are `text`: consume them. */
static bool
skip(struct cursor *in, struct span text)
{
	struct cursor probe = *in, word;

	if (!cursor_take(&probe, &word, text.len) || !bytes_equal(cursor_rest(&word), text))
		return false;
	*in = probe;
	return true;
}

static unsigned
digit(uint32_t byte)
{
	if (byte >= '0' && byte <= '9')
		return byte - '0';
	if (byte >= 'a' && byte <= 'f')
		return byte - 'a' + 10;
	return 255;
}

/* Digits up to the first byte that is none; at least one, and no more than fit 32 bits. */
static bool
number(struct cursor *in, uint64_t *out, unsigned radix)
{
	struct cursor probe = *in;
	uint32_t byte;
	size_t digits = 0;

	*out = 0;
	while (cursor_uint(&probe, &byte, 1) && digit(byte) < radix) {
		*out = *out * radix + digit(byte);
		if (*out > UINT32_MAX)
			return false;
		digits++;
		*in = probe;
	}
	return digits > 0;
}

static bool
entry_parse(struct cursor *word, struct devices_entry *entry)
{
	uint64_t at, irq;

	if (!skip(word, SPAN_LITERAL("512@0x")) && !skip(word, SPAN_LITERAL("4K@0x")))
		return false;
	if (!number(word, &at, 16) || !skip(word, SPAN_LITERAL(":")) || !number(word, &irq, 10))
		return false;
	if (at < HOLE_FROM || at >= HOLE_TO || at % ALIGN != 0 || irq < IRQ_MIN || irq > IRQ_MAX)
		return false;
	*entry = (struct devices_entry){ (uintptr_t)at, (unsigned)irq };
	return cursor_done(word);
}

/* The bytes up to the next blank, which is consumed too. */
static struct cursor
next_word(struct cursor *in)
{
	struct cursor word = { in->base, in->pos, in->pos };
	uint32_t byte;

	while (cursor_uint(in, &byte, 1) && byte != ' ')
		word.end = in->pos;
	return word;
}

bool
devices_parse(struct devices *devices, struct span cmdline)
{
	struct cursor in = cursor_of(cmdline), word;

	*devices = (struct devices){ 0 };
	while (!cursor_done(&in)) {
		word = next_word(&in);
		if (!skip(&word, SPAN_LITERAL("virtio_mmio.device=")))
			continue;
		if (devices->num == VIRTIO_DEVICES_MAX || !entry_parse(&word, &devices->entry[devices->num]))
			return false;
		devices->num++;
	}
	return true;
}
