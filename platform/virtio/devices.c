/* devices.c: see devices.h. */
#include "platform/virtio/devices.h"

#include "platform/base/bytes.h"

/* PCI's hole below the IOAPIC: never RAM, on QEMU and on Firecracker. */
enum { IRQ_MIN = 1, IRQ_MAX = 23, ALIGN = 512 };
static const uint64_t HOLE_FROM = 0xc0000000, HOLE_TO = 0xfec00000;

/* The next bytes are `text`: consume them. */
static bool
skip(struct cursor *in, struct span text)
PRE(CURSOR_FRESH(in) && SPAN_VALUE(text))
ASSIGNS(in->pos)
POST(in->pos <= in->end && in->pos == OLD(in->pos) + (RETVAL ? text.len : 0))
{
	struct cursor probe = *in, word;

	if (!cursor_take(&probe, &word, text.len) || !bytes_equal(cursor_rest(&word), text))
		return false;
	in->pos = probe.pos;
	return true;
}

static unsigned
digit(uint32_t byte)
ASSIGNS()
POST(RETVAL <= 15 || RETVAL == 255)
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
PRE(CURSOR_FRESH(in) && FRESH(out) && (radix == 10 || radix == 16))
ASSIGNS(in->pos, *out)
POST(ADVANCED(in) && (!RETVAL || *out <= UINT32_MAX))
{
	struct cursor probe = *in;
	uint32_t byte;
	size_t digits = 0;

	*out = 0;
	while (cursor_uint(&probe, &byte, 1) && digit(byte) < radix)
	LOOP_ASSIGNS(probe.pos, byte, digits, *out, in->pos)
	LOOP_INVARIANT(probe.pos <= probe.end && in->pos <= probe.pos && in->pos >= AT_ENTRY(in->pos))
	LOOP_INVARIANT(*out <= UINT32_MAX && digits <= probe.pos)
	LOOP_DECREASES(probe.end - probe.pos)
	{
		*out = *out * radix + digit(byte);
		if (*out > UINT32_MAX)
			return false;
		digits++;
		in->pos = probe.pos;
	}
	return digits > 0;
}

static bool
entry_parse(struct cursor *word, struct devices_entry *entry)
PRE(CURSOR_FRESH(word) && FRESH(entry))
ASSIGNS(word->pos, *entry)
POST(!RETVAL || DEVICES_ENTRY_OK(*entry))
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
PRE(CURSOR_FRESH(in))
ASSIGNS(in->pos)
POST(ADVANCED(in) && (in->pos > OLD(in->pos) || in->pos == in->end))
POST(RETVAL.pos <= RETVAL.end && RETVAL.end <= in->end && (in->end == 0 || SAME_POINTER(RETVAL.base, in->base)))
{
	struct cursor word = { in->base, in->pos, in->pos };
	uint32_t byte;

	while (cursor_uint(in, &byte, 1) && byte != ' ')
	LOOP_ASSIGNS(in->pos, byte, word.end)
	LOOP_INVARIANT(in->pos <= in->end && word.end == in->pos && in->pos >= AT_ENTRY(in->pos))
	LOOP_DECREASES(in->end - in->pos)
		word.end = in->pos;
	return word;
}

bool
devices_parse(struct devices *devices, struct span cmdline)
{
	struct cursor in = cursor_of(cmdline), word;

	*devices = (struct devices){ 0 };
	while (!cursor_done(&in))
	LOOP_ASSIGNS(in.pos, word, *devices)
	LOOP_INVARIANT(in.pos <= in.end && devices->num <= VIRTIO_DEVICES_MAX)
	LOOP_INVARIANT(PROOF_AT >= devices->num || DEVICES_ENTRY_OK(devices->entry[PROOF_AT]))
	LOOP_DECREASES(in.end - in.pos)
	{
		word = next_word(&in);
		if (!skip(&word, SPAN_LITERAL("virtio_mmio.device=")))
			continue;
		if (devices->num == VIRTIO_DEVICES_MAX || !entry_parse(&word, &devices->entry[devices->num]))
			return false;
		devices->num++;
	}
	return true;
}
