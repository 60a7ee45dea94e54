/*
 * rtc.h: what the registers of a PC's clock say (Motorola MC146818).  Pure.  The registers are the
 * host's: every field is checked, then the date is believed.
 */
#ifndef VIRTIO_RTC_H
#define VIRTIO_RTC_H

#include "platform/base/span.h"

/* `mode` is register B: binary or BCD, 12 or 24 hours. */
struct rtc { uint8_t second, minute, hour, day, month, year, mode; };

/* Seconds since 1970 of a moment in the years 2000 to 2099, or 0 if any field is out of range. */
MUST_CHECK uint64_t rtc_decode(const struct rtc *rtc)
PRE(FRESH(rtc))
ASSIGNS()
POST(RETVAL == 0 || (RETVAL >= 946684800 && RETVAL < 4102444800 + 7 * 86400));	/* a proof's months have 31 days */

#endif
