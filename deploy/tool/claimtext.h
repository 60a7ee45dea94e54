/* claimtext.h: the line that a Pinata signs, taken apart again (the other side of wallet/proof.c).  Pure. */
#ifndef TOOL_CLAIMTEXT_H
#define TOOL_CLAIMTEXT_H

#include "deploy/tool/chain.h"

struct claimtext {
	const struct chain *chain;
	char address[ADDRESS_MAX], version[16];
	uint8_t image[32], authority[32], nonce[32];
	uint64_t boot_s;
};

/* True only for exactly the form that wallet/wallet.h gives, with an address of its chain. */
MUST_CHECK bool claimtext_parse(struct claimtext *claim, const char *text);

#endif
