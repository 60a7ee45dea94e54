/*
 * console.h: the paravirtual console, output only.  Never blocks: what does not fit is dropped.  The reader
 * (xenconsoled in dom0) is not trusted with anything but the text.
 */
#ifndef XEN_CONSOLE_H
#define XEN_CONSOLE_H

#include "platform/base/span.h"
#include "platform/xen/abi.h"

void console_start(volatile struct xencons_interface *ring, uint32_t port);

/* Append as much as there is room for; a line feed gets a carriage return.  Nothing before console_start(). */
void console_write(struct span text);

/* Wait until all was read, at most XEN_DRAIN_TICKS: the domain may be gone right after its shutdown. */
void console_drain(void);

#endif
