/*
 * wallet.c: the one wallet: what it keeps, its address, and the winner's text.  The key's
 * arithmetic is in key.c, proofs are in proof.c, the encodings are beside it.
 *
 * P2WPKH (BIP-141, BIP-143) by default, because a bare compressed WIF is what wallets can sweep;
 * P2TR (BIP-341) when the owner keeps a branch of the script for himself.
 */
#include "wallet/wallet.h"

#include "platform/base/bytes.h"
#include "platform/base/panic.h"
#include "platform/base/sha256.h"
#include "platform/base/text.h"
#include "wallet/base58.h"
#include "wallet/bech32.h"
#include "wallet/descriptor.h"
#include "wallet/key.h"
#include "wallet/ripemd160.h"
#include "wallet/state.h"
#include "wallet/tagged.h"

_Static_assert(WALLET_KEY_LEN == KEY_LEN, "one key length");

enum {
	WIF_LEN = 52,			/* every compressed WIF has 52 characters */
	DESCRIPTOR_MAX = WIF_LEN + sizeof "rawtr()" + 1 + DESCRIPTOR_CHECKSUM_LEN
};

/* Names as bitcoind's -chain= takes them; prefixes of BIP-173; version bytes of WIF. */
static const struct chain {
	char name[12];
	char prefix[5];
	uint8_t wif_version;
} CHAINS[] = {
	[WALLET_MAIN]     = { "main",     "bc",   0x80 },
	[WALLET_TESTNET4] = { "testnet4", "tb",   0xef },
	[WALLET_SIGNET]   = { "signet",   "tb",   0xef },
	[WALLET_REGTEST]  = { "regtest",  "bcrt", 0xef },
};

static struct wallet_state wallet;

const struct wallet_state *
wallet_state(void)
{
	REQUIRE(wallet.ready);
	return &wallet;
}

struct span
wallet_script(void)
{
	return (struct span){ wallet.script, wallet.taproot ? 34 : 22 };
}

void
wallet_blind(uint8_t seed[32])
{
	tagged(seed, SPAN_LITERAL("pinata/blind/now"), SPAN_ARRAY(wallet.blind));
	tagged(wallet.blind, SPAN_LITERAL("pinata/blind/next"), SPAN_ARRAY(wallet.blind));
}

/* OP_0 and HASH160 of the public key (BIP-141). */
static void
make_p2wpkh(void)
{
	uint8_t digest[SHA256_LEN];

	sha256(digest, SPAN_ARRAY(wallet.public_key));
	wallet.script[0] = 0;
	wallet.script[1] = RIPEMD160_LEN;
	ripemd160(wallet.script + 2, SPAN_ARRAY(digest));
}

/* OP_1 and the x of the tweaked key (BIP-341). */
static void
make_p2tr(void)
{
	uint8_t seed[32], tweaked[KEY_LEN], output[KEY_PUBLIC_LEN];

	wallet_blind(seed);
	key_tweaked(tweaked, wallet.key, wallet.leaf, seed);
	wallet_blind(seed);
	REQUIRE(key_public(output, tweaked, seed));
	wipe(tweaked, sizeof tweaked);
	wipe(seed, sizeof seed);
	wallet.script[0] = 0x51;
	wallet.script[1] = 32;
	bytes_copy(wallet.script + 2, output + 1, 32);
}

bool
wallet_init(enum wallet_chain chain, const uint8_t key[WALLET_KEY_LEN], const uint8_t *owner_leaf,
    const uint8_t blind_seed[32])
{
	REQUIRE(!wallet.ready && chain <= WALLET_REGTEST);
	if (!key_public(wallet.public_key, key, blind_seed))
		return false;
	bytes_copy(wallet.key, key, WALLET_KEY_LEN);
	tagged(wallet.blind, SPAN_LITERAL("pinata/blind/first"), (struct span){ blind_seed, 32 });
	wallet.chain = chain;
	wallet.taproot = owner_leaf != NULL;
	if (owner_leaf != NULL) {
		bytes_copy(wallet.leaf, owner_leaf, sizeof wallet.leaf);
		make_p2tr();
	} else {
		make_p2wpkh();
	}
	wallet.ready = true;
	return true;
}

const char *
wallet_chain_name(enum wallet_chain chain)
{
	REQUIRE(chain <= WALLET_REGTEST);
	return CHAINS[chain].name;
}

static void
put_address(struct outbuf *out)
{
	struct span script = wallet_script();

	REQUIRE(wallet.ready);
	bech32_address(out, CHAINS[wallet.chain].prefix, wallet.taproot ? 1 : 0,
	    (struct span){ script.ptr + 2, script.len - 2 });
}

void
wallet_address(char address[WALLET_ADDRESS_MAX])
{
	uint8_t text[WALLET_ADDRESS_MAX - 1];
	struct outbuf out = outbuf_of(text, sizeof text);

	put_address(&out);
	REQUIRE(!out.overflow);
	for (size_t i = 0; i < out.len; i++)
		address[i] = (char)text[i];
	address[out.len] = '\0';
}

/* A key in Wallet Import Format; the last byte marks a compressed public key. */
static void
make_wif(struct outbuf *out, const uint8_t key[WALLET_KEY_LEN])
{
	uint8_t raw[1 + WALLET_KEY_LEN + 1];

	raw[0] = CHAINS[wallet.chain].wif_version;
	bytes_copy(raw + 1, key, WALLET_KEY_LEN);
	raw[1 + WALLET_KEY_LEN] = 0x01;
	base58_check(out, SPAN_ARRAY(raw));
	wipe(raw, sizeof raw);
}

/* wpkh(WIF)#checksum, or for taproot rawtr(WIF of the tweaked key)#checksum, which needs no leaf. */
static void
make_descriptor(struct outbuf *out)
{
	uint8_t seed[32], key[KEY_LEN];

	bytes_copy(key, wallet.key, KEY_LEN);
	if (wallet.taproot) {
		wallet_blind(seed);
		key_tweaked(key, wallet.key, wallet.leaf, seed);
		wipe(seed, sizeof seed);
	}
	text_string(out, wallet.taproot ? "rawtr(" : "wpkh(");
	make_wif(out, key);
	text_string(out, ")");
	descriptor_checksum(out, outbuf_span(out));
	wipe(key, sizeof key);
}

static void
put_line(struct outbuf *out, const char *label, struct span value)
{
	text_string(out, label);
	outbuf_bytes(out, value);
	text_string(out, "\n");
}

struct span
wallet_reveal(void)
{
	struct outbuf out = outbuf_of(wallet.prize, sizeof wallet.prize);
	uint8_t wif_room[WIF_LEN], descriptor_room[DESCRIPTOR_MAX];
	struct outbuf wif = outbuf_of(wif_room, sizeof wif_room);
	struct outbuf descriptor = outbuf_of(descriptor_room, sizeof descriptor_room);
	const char *chain = CHAINS[wallet.chain].name;

	REQUIRE(wallet.ready);
	make_wif(&wif, wallet.key);
	make_descriptor(&descriptor);
	text_string(&out, "You have opened the Pinata.  This key is yours.\n\nnetwork: ");
	text_string(&out, chain);
	text_string(&out, "\naddress: ");
	put_address(&out);
	text_string(&out, "\nscriptPubKey: ");
	text_hex(&out, wallet_script());
	text_string(&out, "\nprivate key (hex): ");
	text_hex(&out, SPAN_ARRAY(wallet.key));
	put_line(&out, "\nprivate key (WIF, compressed): ", outbuf_span(&wif));
	put_line(&out, "descriptor: ", outbuf_span(&descriptor));
	if (!wallet.taproot)
		put_line(&out, "Electrum: p2wpkh:", outbuf_span(&wif));
	text_string(&out, "Bitcoin Core: bitcoin-cli -chain=");
	text_string(&out, chain);
	text_string(&out, " importdescriptors '[{\"desc\":\"");
	outbuf_bytes(&out, outbuf_span(&descriptor));
	text_string(&out, "\",\"timestamp\":0}]'\n");
	wipe(wif_room, sizeof wif_room);
	wipe(descriptor_room, sizeof descriptor_room);
	REQUIRE(!out.overflow && !wif.overflow && !descriptor.overflow);
	return outbuf_span(&out);
}

void
wallet_conceal(void) { wipe(wallet.prize, sizeof wallet.prize); }

void
wallet_wipe(void) { wipe(&wallet, sizeof wallet); }
