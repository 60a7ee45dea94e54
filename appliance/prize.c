/* prize.c: the only caller of wallet_reveal.  The text exists in clear only during this call. */
#include "appliance/prize.h"

#include "platform/base/panic.h"
#include "wallet/wallet.h"

void
prize_deliver(struct tls_conn *tls, struct outbuf *out)
{
	struct cursor prize;

	REQUIRE(tls_peer(tls) != NULL && outbuf_room(out) >= TLS_OUT_MIN);
	prize = cursor_of(wallet_reveal());
	tls_send(tls, out, &prize);
	wallet_conceal();
	REQUIRE(cursor_done(&prize) && !out->overflow);
}
