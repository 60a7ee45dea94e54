/*
 * space.h: a PCI bus that a test scripts: configuration space of 32 slots, and the registers that its devices
 * decode.  It stands in for bus.c and aborts at every access outside what pci.h promises.
 */
#ifndef TESTS_VIRTIO_SPACE_H
#define TESTS_VIRTIO_SPACE_H

#include <stdbool.h>

#include "platform/virtio/pci.h"

#define SPACE_SLOTS	32
#define SPACE_PAGES	(8 * VIRTIO_PCI_MAX)
#define SPACE_REGS	0x4000u			/* of one device, as QEMU's are */
#define SPACE_BAR	UINT32_C(0xfeb00000)	/* where space_device() puts the registers of slot 0 */

struct space {
	uint32_t config[SPACE_SLOTS][64];
	uint8_t regs[SPACE_REGS];		/* every device has the same: at any place, modulo its length */
	uintptr_t page[SPACE_PAGES];		/* mapped */
	size_t num_pages, num_looks;		/* reads of configuration space */
	uintptr_t last_at;			/* the last write */
	unsigned last_width;
	uint32_t last_value;
};

extern struct space space;

/* An empty bus. */
void space_reset(void);

/* An honest device, as QEMU's: transitional, structures in BAR 4, last ones first in the list, interrupt INTA. */
void space_device(unsigned slot, uint32_t kind);

/* Set a byte of configuration space. */
void space_set(unsigned slot, unsigned at, uint8_t value);

#endif
