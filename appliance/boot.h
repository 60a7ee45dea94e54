/*
 * boot.h: the boot module, version 1: what the owner gives this machine at start.  Pure.
 *
 * Text.  Each line is a key, one space and a value, ended by '\n'; the first line and the last
 * are fixed, the order between them is free, each key comes at most once:
 *
 *	pinata-boot-module 1
 *	address 10.0.2.15
 *	netmask 255.255.255.0
 *	gateway 10.0.2.2		in the same network
 *	chain regtest			regtest, signet, testnet4 or main
 *	private-key <64 lowercase hex>	the prize
 *	owner-leaf <64 lowercase hex>	optional: the prize is P2TR, and this the hash of its one leaf
 *	seed <64 lowercase hex>		the platform has hashed it; only its form is checked here
 *	peer-authority <hex of DER>	optional; not with chain main
 *	server-authority <hex of DER>	optional; not with chain main; another than peer-authority
 *	qr <size> <hex>			optional: a QR code of the address as a bitmap of size x size
 *					modules, rows from the top, high bits first, 1 is dark
 *	contact <URI>			optional: where to report, for security.txt (RFC 9116)
 *	event-address prefix|full	optional: how much of a peer's address the console tells; else prefix
 *	checksum <64 lowercase hex>	SHA-256 of every byte before this line
 */
#ifndef APPLIANCE_BOOT_H
#define APPLIANCE_BOOT_H

#include "appliance/limits.h"
#include "platform/base/span.h"
#include "wallet/wallet.h"

enum boot_key {
	BOOT_ADDRESS, BOOT_NETMASK, BOOT_GATEWAY, BOOT_CHAIN, BOOT_PRIVATE_KEY, BOOT_SEED, BOOT_OWNER_LEAF,
	BOOT_PEER_AUTHORITY, BOOT_SERVER_AUTHORITY, BOOT_QR, BOOT_CONTACT, BOOT_EVENT_ADDRESS, BOOT_CHECKSUM,
	BOOT_NUM_KEYS
};

/* Why a module was refused.  boot_parse finds all but the last two, which its caller finds. */
enum boot_reason {
	BOOT_TOO_LONG, BOOT_BAD_FIRST_LINE, BOOT_NO_CHECKSUM, BOOT_BAD_CHECKSUM, BOOT_BAD_LINE,
	BOOT_UNKNOWN_KEY, BOOT_DOUBLE_KEY, BOOT_MISSING_KEY, BOOT_BAD_HEX, BOOT_BAD_LENGTH,
	BOOT_BAD_NUMBER, BOOT_BAD_CHAIN, BOOT_BAD_QR, BOOT_BAD_CONTACT, BOOT_BAD_EVENT_ADDRESS, BOOT_BAD_NETMASK, BOOT_BAD_ADDRESS, BOOT_BAD_GATEWAY,
	BOOT_MAIN_WITH_AUTHORITY, BOOT_SAME_AUTHORITY,
	BOOT_BAD_KEY, BOOT_BAD_AUTHORITY,
	BOOT_NUM_REASONS
};

struct boot_authority { size_t der_len; uint8_t der[BOOT_AUTHORITY_MAX]; };	/* der_len 0: none */

struct boot_qr { uint8_t size; uint8_t bits[BOOT_QR_LEN_MAX]; };	/* size 0: none */

/* What a module says.  Holds the private key: the owner wipes it. */
struct boot {
	uint32_t address, netmask, gateway;	/* host order */
	enum wallet_chain chain;
	uint8_t private_key[WALLET_KEY_LEN], owner_leaf[32];	/* owner_leaf: meant if line[BOOT_OWNER_LEAF] != 0 */
	struct boot_authority peer, server;
	struct boot_qr qr;
	char contact[BOOT_CONTACT_MAX + 1];	/* NUL terminated; empty: none */
	bool full_addresses;			/* on the console; else the /24 */
	unsigned line[BOOT_NUM_KEYS];		/* where each key was; 0: nowhere */
};

#define AUTHORITIES_FIT(boot)	/* for proofs */ \
	((boot)->peer.der_len <= BOOT_AUTHORITY_MAX && (boot)->server.der_len <= BOOT_AUTHORITY_MAX)

/* `line` counts from 1; `key` tells which key is meant where the reason needs one. */
struct boot_error { enum boot_reason reason; unsigned line; enum boot_key key; };

/* True if all of `module` is right.  If not, `boot` is zero and `error` says why: the first error. */
MUST_CHECK bool boot_parse(struct boot *boot, struct boot_error *error, struct span module)
PRE(FRESH(boot) && FRESH(error) && SPAN_VALUE(module))
ASSIGNS(*boot, *error)
POST(!RETVAL || AUTHORITIES_FIT(boot));

/* One line that says why: constant words and a number, never a byte of the module. */
void boot_refusal(struct outbuf *out, const struct boot_error *error);

#endif
