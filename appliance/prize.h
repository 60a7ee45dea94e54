/* prize.h: the one place where the secret meets a connection. */
#ifndef APPLIANCE_PRIZE_H
#define APPLIANCE_PRIZE_H

#include "tlsstack/tls.h"

/*
 * Encrypt the winner's text to `out`, which has at least TLS_OUT_MIN room.
 * Panics if the peer of `tls` has not proved itself: whoever decided, this asks once more.
 */
void prize_deliver(struct tls_conn *tls, struct outbuf *out);

#endif
