/* markup.h: what several pages write alike.  Pure. */
#ifndef APPLIANCE_MARKUP_H
#define APPLIANCE_MARKUP_H

#include "appliance/boot.h"

/* Text, a number, text. */
void markup_number(struct outbuf *out, const char *before, uint64_t number, const char *after);

/* "2026-11-22T00:30:00Z" */
void markup_utc(struct outbuf *out, uint64_t unix_s);

/* A certificate as PEM (RFC 7468). */
void markup_pem(struct outbuf *out, struct span der);

/* A QR code as inline SVG; nothing if there is none. */
void markup_qr(struct outbuf *out, const struct boot_qr *qr);

/* From the doctype to the opened <main>, and from there to the end. */
void markup_open(struct outbuf *out, const char *title);
void markup_close(struct outbuf *out);

#endif
