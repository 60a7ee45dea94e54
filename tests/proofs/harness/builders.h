/*
 * builders.h: what the builders of both versions' messages stand on, beside outbuf.h: the beginnings of messages and extensions,
 * and the list of schemes, of which harness/hello.c proves how much it appends.  Included behind the proved source.
 */
#ifndef PROOFS_BUILDERS_H
#define PROOFS_BUILDERS_H

size_t nondet_size(void);

size_t
hello_extension_begin(struct outbuf *to, enum extension extension)
{
	ASSERT((unsigned)extension < NUM_EXTENSIONS);
	outbuf_uint(to, extension, 2);
	return outbuf_vector(to, 2);
}

void
flight_message_begin(struct outbuf *message, uint8_t type)
{
	outbuf_uint(message, type, 1);
	outbuf_uint(message, 0, 3);
}

/* Of the codes, some: harness/hello.c. */
void
hello_schemes_build(struct outbuf *to, const struct tls_scheme *const *schemes, size_t num)
{
	size_t codes = nondet_size();

	ASSERT(num == 0 || __CPROVER_r_ok(schemes, num * sizeof *schemes));
	ASSUME(codes <= num);
	outbuf_more(to, 2 + 2 * codes);
}

#endif
