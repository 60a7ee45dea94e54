/* descriptor.h: the checksum of an output descriptor (BIP-380).  Pure. */
#ifndef WALLET_DESCRIPTOR_H
#define WALLET_DESCRIPTOR_H

#include "platform/base/span.h"

#define DESCRIPTOR_CHECKSUM_LEN	8

/*
 * Append '#' and the checksum of `text`.  Panics if a character is not in the input set of
 * BIP-380.  The text may hold a secret: nothing of it is kept.
 */
void descriptor_checksum(struct outbuf *out, struct span text);

#endif
