/* serial.h: the console, a 16550 at port 0x3f8.  Output only. */
#ifndef VIRTIO_SERIAL_H
#define VIRTIO_SERIAL_H

#include "platform/base/span.h"

void serial_start(void);

/* Bounded: when the port does not take a byte in time, the rest of the text is dropped. */
void serial_write(struct span text);

#endif
