/*
 * infinity_point_test.c: the peer's point is no point at all.
 *
 * The neutral element times any secret is the neutral element: who accepts it agrees on a secret that
 * everybody knows.  SEC 1 encodes it as one zero byte; implementations have also taken (0, 0), and zeros
 * in the place of 04, for it.
 *
 * Performed: every such encoding, in every length, and the forms that TLS 1.3 forbids (compressed, hybrid).
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "tlsstack/crypto/crypto.h"

static void
infinity_is_refused_in_every_encoding(void **state)
{
	static const struct tls_group *const groups[] = { &tls_secp256r1, &tls_secp384r1 };
	static const uint8_t forms[] = { 0x00, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07 }, zero[48];
	uint8_t secret[48] = { 0x42 }, peer[100] = { 0 }, shared[48];

	(void)state;
	for (size_t g = 0; g < 2; g++)
		for (size_t f = 0; f < sizeof forms; f++)
			for (size_t len = 0; len < sizeof peer; len++) {
				peer[0] = forms[f];
				memset(shared, 0xaa, sizeof shared);
				assert_false(groups[g]->shared(shared, secret, (struct span){ peer, len }));
				assert_memory_equal(shared, zero, groups[g]->shared_len);
			}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(infinity_is_refused_in_every_encoding) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
