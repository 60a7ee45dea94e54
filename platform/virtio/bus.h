/*
 * bus.h: PCI's configuration space of bus 0, by the two ports that every PC has, and memory by widths.
 * Follows PCI Local Bus 3.0, 3.2.2.3.2.  Host tests link their own hostile bus in place of bus.c.
 */
#ifndef VIRTIO_BUS_H
#define VIRTIO_BUS_H

#include <stdint.h>

/* Function 0 of a slot below 32; `at` is a multiple of 4 below 256.  What is not there reads as all ones. */
uint32_t bus_config(unsigned slot, unsigned at);
void bus_config_write(unsigned slot, unsigned at, uint32_t value);

/* One access of 1, 2 or 4 bytes: a device may answer to no other width (virtio 1.1, 4.1.3.1). */
uint32_t bus_read(uintptr_t at, unsigned width);
void bus_write(uintptr_t at, unsigned width, uint32_t value);

/* Make the page of `at` reachable. */
void bus_map(uintptr_t at);

#endif
