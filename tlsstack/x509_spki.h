/*
 * x509_spki.h: public keys and signature algorithms as certificates write them: the two
 * AlgorithmIdentifiers of RFC 5280, with the parameters that RFC 3279, 5480 and 5758 allow.
 */
#ifndef X509_SPKI_H
#define X509_SPKI_H

#include "platform/base/span.h"
#include "tlsstack/crypto/crypto.h"

/*
 * A SubjectPublicKeyInfo that fills `der`.  A well-formed key of no known kind is
 * CRYPTO_KEY_OTHER; false for a known kind whose own encoding is wrong.  That a point is on its
 * curve is seen when the key is used.
 */
MUST_CHECK bool x509_spki_parse(struct crypto_public_key *key, struct span der)
PRE(FRESH(key) && SPAN_VALUE(der))
ASSIGNS(*key)
POST(!RETVAL || CRYPTO_KEY_VIEWS(der.ptr, der.len, key));

/* The AlgorithmIdentifier of a signature that fills `der`; of no known kind: CRYPTO_SIG_OTHER. */
MUST_CHECK bool x509_spki_signature_parse(enum crypto_signature *signature, struct span der)
PRE(FRESH(signature) && SPAN_VALUE(der))
ASSIGNS(*signature);

#endif
