/*
 * identity.h: who we are, born at boot: an authority per role, P-256, and the certificates they
 * signed.  Their private keys are wiped before this returns, so no further certificate of theirs
 * can ever be made, by nobody.
 */
#ifndef APPLIANCE_IDENTITY_H
#define APPLIANCE_IDENTITY_H

#include "appliance/boot.h"
#include "appliance/services.h"

/*
 * Make everything; uses plat_seed.  In practice the authorities of `boot` vouch for their role
 * too; the caller has asked tls_anchor_ok about each.  Nothing of `boot` is kept by reference.
 */
void identity_init(const struct boot *boot, uint64_t now_s);

/*
 * New authorities and certificates, if those in use end within a month or, by a clock that
 * leapt, have not begun; at most once in IDENTITY_PAUSE_NS.  True if it happened.  What
 * identity_config gave before stays valid for as long as a connection can live.
 */
MUST_CHECK bool identity_renew(uint64_t now_s, uint64_t now_ns);

/* What a TLS service runs with.  Panics for a service without TLS. */
const struct tls_config *identity_config(const struct service *service);

/* When the certificates of the newest generation end, seconds since 1970. */
uint64_t identity_not_after_s(void);

/* The certificate of the authority that was born last for `role`, DER. */
struct span identity_authority(enum service_role role);

#endif
