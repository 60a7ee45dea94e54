/*
 * bearssl_verify.c: BearSSL's X.509 engine as a program, for tests/vectors/x509_differential.py to
 * ask.  Debian's libbearssl gives what our own archive leaves out.
 *
 *   bearssl_verify ROOT CHAIN UNIXTIME NAME    PEM files, the leaf first; NAME "-": any
 *
 * Exit 0: accepted.  1: refused, BearSSL's error number on standard output.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bearssl.h>

struct bytes { unsigned char *ptr; size_t len; };

static void
append(void *to, const void *from, size_t len)
{
	struct bytes *bytes = to;

	bytes->ptr = realloc(bytes->ptr, bytes->len + len);
	memcpy(bytes->ptr + bytes->len, from, len);
	bytes->len += len;
}

/* Every PEM object of a file. */
static size_t
read_pem(struct bytes *objects, size_t max, const char *path)
{
	static char text[1 << 20];
	FILE *file = fopen(path, "rb");
	size_t len = file != NULL ? fread(text, 1, sizeof text - 1, file) : 0, at = 0, num = 0;
	br_pem_decoder_context pem;

	if (file == NULL)
		exit(2);
	fclose(file);
	br_pem_decoder_init(&pem);
	while (at < len) {
		at += br_pem_decoder_push(&pem, text + at, len - at);
		switch (br_pem_decoder_event(&pem)) {
		case BR_PEM_BEGIN_OBJ:
			if (num == max)
				exit(2);
			br_pem_decoder_setdest(&pem, append, &objects[num]);
			break;
		case BR_PEM_END_OBJ:
			num++;
			break;
		default:
			break;
		}
	}
	return num;
}

int
main(int argc, char **argv)
{
	static struct bytes root, chain[16], dn;
	static br_x509_decoder_context decoder;
	static br_x509_minimal_context minimal;
	br_x509_trust_anchor anchor = { .flags = BR_X509_TA_CA };
	unsigned long long now;
	unsigned error;
	size_t num;

	if (argc != 5 || read_pem(&root, 1, argv[1]) != 1 || (num = read_pem(chain, 16, argv[2])) == 0)
		return 2;
	br_x509_decoder_init(&decoder, append, &dn);
	br_x509_decoder_push(&decoder, root.ptr, root.len);
	if (br_x509_decoder_get_pkey(&decoder) == NULL)
		return 1;
	anchor.dn.data = dn.ptr;
	anchor.dn.len = dn.len;
	anchor.pkey = *br_x509_decoder_get_pkey(&decoder);
	br_x509_minimal_init_full(&minimal, &anchor, 1);
	now = strtoull(argv[3], NULL, 10);
	br_x509_minimal_set_time(&minimal, (uint32_t)(now / 86400 + 719528), (uint32_t)(now % 86400));

	minimal.vtable->start_chain(&minimal.vtable, strcmp(argv[4], "-") == 0 ? NULL : argv[4]);
	for (size_t i = 0; i < num; i++) {
		minimal.vtable->start_cert(&minimal.vtable, (uint32_t)chain[i].len);
		minimal.vtable->append(&minimal.vtable, chain[i].ptr, chain[i].len);
		minimal.vtable->end_cert(&minimal.vtable);
	}
	error = minimal.vtable->end_chain(&minimal.vtable);
	printf("%u\n", error);
	return error == 0 ? 0 : 1;
}
