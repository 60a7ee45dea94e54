/*
 * spend.h: one input of one transaction: does it spend our script, by whom, and is the
 * signature good?  Pure.  This is what makes a kept transaction evidence instead of hearsay.
 */
#ifndef TOOL_SPEND_H
#define TOOL_SPEND_H

#include "deploy/tool/manifest.h"
#include "deploy/tool/tx.h"

enum spend { SPEND_INVALID, SPEND_BY_KEY, SPEND_BY_OWNER_LEAF };

/*
 * `prevouts` has one entry an input: the outputs that the transaction claims to spend.  A
 * signature covers our own entry's amount (P2WPKH) or all entries (P2TR), so wrong ones are
 * found out.  The owner's leaf counts by its bytes (leaf and control block as in the manifest)
 * and by the owner's signature; any other way of spending is the key's.
 */
enum spend spend_judge(const struct tx *tx, size_t input, const struct tx_output *prevouts,
    const struct manifest *manifest);

#endif
