/* proof_none.c: the image without proofs (make PROOF=0): the key never signs anything. */
#include "wallet/wallet.h"

bool
wallet_prove(struct outbuf *text, struct outbuf *proof, const struct wallet_claim *claim)
{
	(void)text;
	(void)proof;
	(void)claim;
	return false;
}
