/* proof.c: proofs for visitors.  See proof.h. */
#include "appliance/proof.h"

#include "appliance/identity.h"
#include "platform/base/bytes.h"
#include "platform/base/panic.h"
#include "platform/base/sha256.h"
#include "platform/base/text.h"
#include "platform/base/version.h"
#include "wallet/wallet.h"

static struct {
	struct wallet_claim claim;	/* nonce zero */
	uint8_t text[WALLET_PROOF_TEXT_MAX], signature[WALLET_PROOF_MAX];
	size_t text_len, signature_len;
	uint64_t num_made, num_withheld;
	uint64_t paid_ns;		/* a proof costs PROOF_COST_NS of time: paid up to here, at most PROOF_BURST ahead */
} proof;

void
proof_init(const uint8_t image_hash[32], uint64_t boot_s)
{
	struct outbuf text = outbuf_of(proof.text, sizeof proof.text);
	struct outbuf signature = outbuf_of(proof.signature, sizeof proof.signature);

	_Static_assert(sizeof BASE_VERSION - 1 <= WALLET_VERSION_MAX, "it fits");
	proof.claim.version = BASE_VERSION;
	bytes_copy(proof.claim.image, image_hash, sizeof proof.claim.image);
	sha256(proof.claim.authority, identity_authority(SERVICE_WEB));
	proof.claim.boot_s = boot_s;
	proof.text_len = proof.signature_len = 0;
	if (!wallet_prove(&text, &signature, &proof.claim))
		return;
	REQUIRE(!text.overflow && !signature.overflow);
	proof.text_len = text.len;
	proof.signature_len = signature.len;
}

struct span
proof_statement_text(void) { return (struct span){ proof.text, proof.text_len }; }

struct span
proof_statement_signature(void) { return (struct span){ proof.signature, proof.signature_len }; }

uint64_t
proof_num_made(void) { return proof.num_made; }

uint64_t
proof_num_withheld(void) { return proof.num_withheld; }

/* A bucket of PROOF_BURST proofs, full at boot, that fills with PROOF_PER_S a second, kept as a point in time. */
bool
proof_take(uint64_t now_ns)
{
	if (proof.paid_ns < now_ns)
		proof.paid_ns = now_ns;
	if (proof.paid_ns + PROOF_COST_NS > now_ns + PROOF_BURST * PROOF_COST_NS) {
		proof.num_withheld++;
		return false;
	}
	proof.paid_ns += PROOF_COST_NS;
	return true;
}

bool
proof_body(struct outbuf *out, const uint8_t nonce[32])
{
	uint8_t text_room[WALLET_PROOF_TEXT_MAX], signature_room[WALLET_PROOF_MAX];
	struct outbuf text = outbuf_of(text_room, sizeof text_room);
	struct outbuf signature = outbuf_of(signature_room, sizeof signature_room);
	struct wallet_claim claim = proof.claim;
	char address[WALLET_ADDRESS_MAX];

	bytes_copy(claim.nonce, nonce, sizeof claim.nonce);
	if (!wallet_prove(&text, &signature, &claim))
		return false;
	REQUIRE(!text.overflow && !signature.overflow);
	proof.num_made++;
	wallet_address(address);
	text_string(out, "{\n  \"format\": \"pinata-proof 1\",\n  \"address\": \"");
	text_string(out, address);
	text_string(out, "\",\n  \"text\": \"");
	outbuf_bytes(out, outbuf_span(&text));
	text_string(out, "\",\n  \"signature\": \"");
	outbuf_bytes(out, outbuf_span(&signature));
	text_string(out, "\"\n}\n");
	return true;
}
