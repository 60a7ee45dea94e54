/*
 * evtchn.h: event channels (2-level).  Events carry nothing here but "look": whoever wakes looks at every
 * ring, so that a lost, false or endless event changes nothing but when.
 */
#ifndef XEN_EVTCHN_H
#define XEN_EVTCHN_H

#include "platform/base/span.h"
#include "platform/xen/abi.h"

/* Have events delivered as `vector`; every port is masked. */
void evtchn_start(volatile struct shared_info *shared, uint8_t vector);

/* A port that `domain` may bind, unmasked; 0 when Xen gives none. */
uint32_t evtchn_listen(domid_t domain);

void evtchn_unmask(uint32_t port);
void evtchn_send(uint32_t port);
void evtchn_close(uint32_t port);

/* Take note of all that came: what comes later raises the vector again. */
void evtchn_clear(void);

#endif
