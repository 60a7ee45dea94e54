/*
 * proof.h: proofs that the key is in this machine, for whoever asks: GET /proof?nonce=<64 lowercase hex>.
 * What is signed is composed in wallet/proof.c; here are the facts, the rate and the JSON.
 */
#ifndef APPLIANCE_PROOF_H
#define APPLIANCE_PROOF_H

#include "appliance/limits.h"
#include "platform/base/span.h"

/*
 * Note the facts and make the statement of this boot: a proof with nonce zero.  The wallet has
 * its key, the authorities exist.  Again whenever the web authority changes.
 */
void proof_init(const uint8_t image_hash[32], uint64_t boot_s);

/* The statement's text and signature; empty in an image built without proofs. */
struct span proof_statement_text(void);
struct span proof_statement_signature(void);

/*
 * Take one of the PROOF_PER_S proofs that all visitors share.  False: none is left, ask again in
 * a second.
 */
MUST_CHECK bool proof_take(uint64_t now_ns);

/* Proofs made for visitors, and those that found none left, since boot. */
uint64_t proof_num_made(void);
uint64_t proof_num_withheld(void);

/* Append the answer, JSON "pinata-proof 1".  False, and nothing appended, in an image without proofs. */
MUST_CHECK bool proof_body(struct outbuf *out, const uint8_t nonce[32]);

#endif
