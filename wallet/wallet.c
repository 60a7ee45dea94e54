/*
 * wallet.c: the one wallet: what it keeps, its address, and the winner's text.  The key's
 * arithmetic is in key.c, the encodings are beside it.
 *
 * P2WPKH (BIP-141, BIP-143) because a bare compressed WIF is what wallets can sweep.
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

_Static_assert(WALLET_KEY_LEN == KEY_LEN, "one key length");

enum {
	WIF_LEN = 52,			/* every compressed WIF has 52 characters */
	DESCRIPTOR_MAX = WIF_LEN + sizeof "wpkh()" + 1 + DESCRIPTOR_CHECKSUM_LEN
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

static struct {
	bool ready;
	enum wallet_chain chain;
	uint8_t program[RIPEMD160_LEN];	/* HASH160 of the public key: public */
	uint8_t key[WALLET_KEY_LEN];	/* the secret: this is its one place */
	uint8_t prize[WALLET_PRIZE_MAX];	/* zero except between reveal and conceal */
} wallet;

bool
wallet_init(enum wallet_chain chain, const uint8_t key[WALLET_KEY_LEN], const uint8_t blind_seed[32])
{
	uint8_t public_key[KEY_PUBLIC_LEN], digest[SHA256_LEN];

	REQUIRE(!wallet.ready && chain <= WALLET_REGTEST);
	if (!key_public(public_key, key, blind_seed))
		return false;
	sha256(digest, SPAN_ARRAY(public_key));
	ripemd160(wallet.program, SPAN_ARRAY(digest));
	bytes_copy(wallet.key, key, WALLET_KEY_LEN);
	wallet.chain = chain;
	wallet.ready = true;
	return true;
}

const char *
wallet_chain_name(enum wallet_chain chain)
{
	REQUIRE(chain <= WALLET_REGTEST);
	return CHAINS[chain].name;
}

void
wallet_address(char address[WALLET_ADDRESS_MAX])
{
	uint8_t text[WALLET_ADDRESS_MAX - 1];
	struct outbuf out = outbuf_of(text, sizeof text);

	REQUIRE(wallet.ready);
	bech32_address(&out, CHAINS[wallet.chain].prefix, 0, SPAN_ARRAY(wallet.program));
	REQUIRE(!out.overflow);
	for (size_t i = 0; i < out.len; i++)
		address[i] = (char)text[i];
	address[out.len] = '\0';
}

/* The key in Wallet Import Format; the last byte marks a compressed public key. */
static void
make_wif(struct outbuf *out)
{
	uint8_t raw[1 + WALLET_KEY_LEN + 1];

	raw[0] = CHAINS[wallet.chain].wif_version;
	bytes_copy(raw + 1, wallet.key, WALLET_KEY_LEN);
	raw[1 + WALLET_KEY_LEN] = 0x01;
	base58_check(out, SPAN_ARRAY(raw));
	wipe(raw, sizeof raw);
}

/* wpkh(WIF)#checksum */
static void
make_descriptor(struct outbuf *out, struct span wif)
{
	text_string(out, "wpkh(");
	outbuf_bytes(out, wif);
	text_string(out, ")");
	descriptor_checksum(out, outbuf_span(out));
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
	make_wif(&wif);
	make_descriptor(&descriptor, outbuf_span(&wif));
	text_string(&out, "You have opened the Pinata.  This key is yours.\n\nnetwork: ");
	text_string(&out, chain);
	text_string(&out, "\naddress: ");
	bech32_address(&out, CHAINS[wallet.chain].prefix, 0, SPAN_ARRAY(wallet.program));
	text_string(&out, "\nscriptPubKey: 0014");
	text_hex(&out, SPAN_ARRAY(wallet.program));
	text_string(&out, "\nprivate key (hex): ");
	text_hex(&out, SPAN_ARRAY(wallet.key));
	put_line(&out, "\nprivate key (WIF, compressed): ", outbuf_span(&wif));
	put_line(&out, "descriptor: ", outbuf_span(&descriptor));
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
