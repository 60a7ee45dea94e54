/* wallet_chain_name.h: what wallet/wallet.c's table says, which is behind an interface: for appliance/boot.c. */
#include "wallet/wallet.h"

const char *
wallet_chain_name(enum wallet_chain chain)
{
	return chain == WALLET_MAIN ? "main" : chain == WALLET_REGTEST ? "regtest" : "signet";
}
