/* sheet.h: the funding sheet: what the owner prints or shows to whoever funds the prize. */
#ifndef TOOL_SHEET_H
#define TOOL_SHEET_H

#include "deploy/tool/manifest.h"

/* HTML with the address as text and as a QR code (BIP-21); `amount_sat` 0: none is asked for. */
char *sheet_page(const struct manifest *manifest, int64_t amount_sat);

/*
 * The address as a QR code for the appliance's page, in the boot module's form: size, a space, and
 * the bitmap in hex, rows from the top, high bits first (appliance/boot.h).  In fresh memory.
 */
char *sheet_bitmap(const struct manifest *manifest);

#endif
