/* ioapic.h: which interrupt wakes plat_wait. */
#ifndef VIRTIO_IOAPIC_H
#define VIRTIO_IOAPIC_H

/* Route a pin, 0 to 23, to this processor as VECTOR_DEVICE.  Edge triggered: a device's line falls
 * when virtio_net_turn() acknowledges, before it looks. */
void ioapic_route(unsigned pin);

#endif
