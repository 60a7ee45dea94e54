/* tagged.h: the tagged hash of BIP-340, "Design": one hash function for each purpose.  Pure. */
#ifndef WALLET_TAGGED_H
#define WALLET_TAGGED_H

#include "platform/base/span.h"

/* SHA-256(SHA-256(tag) SHA-256(tag) bytes).  CT: contents do not leak; lengths do. */
void tagged(uint8_t digest[32], struct span tag, struct span bytes);

#endif
