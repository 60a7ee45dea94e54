/* x509_test.c: every result has an alert of certificates and words of its own. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "tlsstack/x509_parse.h"

static void
every_result_means_something(void **state)
{
	(void)state;
	assert_int_equal(x509_alert(X509_OK), 0);
	for (int i = X509_OK + 1; i < X509_NUM_RESULTS; i++) {
		uint8_t alert = x509_alert((enum x509_result)i);

		assert_true(alert == 42 || alert == 43 || alert == 45 || alert == 48);
		for (int j = 0; j < i; j++)
			assert_string_not_equal(x509_reason((enum x509_result)i), x509_reason((enum x509_result)j));
	}
	assert_int_equal(x509_alert(X509_EXPIRED), 45);
	assert_int_equal(x509_alert(X509_UNKNOWN_CA), 48);
	assert_int_equal(x509_alert(X509_UNKNOWN_CRITICAL), 43);
	assert_int_equal(x509_alert(X509_BAD_SIGNATURE), 42);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_result_means_something) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
