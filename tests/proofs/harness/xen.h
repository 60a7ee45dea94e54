/*
 * xen.h: what stands around the files of platform/xen in a proof.  Each stub asserts what its callee demands and gives the
 * other domain, which runs beside us, a moment to write what it likes: other_side(), of each file.
 */
#ifndef PROOFS_XEN_H
#define PROOFS_XEN_H

#include "tests/proofs/harness/shared.h"

#include "platform/x86/lapic.h"
#include "platform/x86/tsc.h"
#include "platform/xen/abi.h"
#include "platform/xen/evtchn.h"
#include "platform/xen/hypercall.h"
#include "platform/xen/limits.h"
#include "platform/xen/xenstore.h"

bool nondet_bool(void);
int nondet_int(void);
unsigned nondet_unsigned(void);
uint8_t nondet_uint8(void);
uint16_t nondet_uint16(void);
uint32_t nondet_uint32(void);
uint64_t nondet_uint64(void);
size_t nondet_size(void);
void *malloc(size_t len);
void free(void *object);

/* Bytes that only their length is known of; to read or write beyond it is refused. */
static uint8_t *
any_bytes(size_t len)
{
	uint8_t *bytes = malloc(len);

	ASSUME(bytes != NULL);
	return bytes;
}

/* A string ends in its object, within `max` bytes. */
static bool
is_string(const char *text, size_t max)
{
	for (size_t i = 0; i < max && __CPROVER_r_ok(text + i, 1); i++)
		if (text[i] == '\0')
			return true;
	return false;
}

static bool
is_readable(struct span bytes)
{
	return bytes.len == 0 || __CPROVER_r_ok(bytes.ptr, bytes.len);
}

/*
 * tsc.h: two seconds pass between two looks at the clock, so that who waits for a time has looked often enough when it comes:
 * each round of his begins in any state that his invariant allows, and more of them would show nothing new.
 */
static uint64_t now_ns, now_tsc;

uint64_t
tsc_ns(void)
{
	now_ns += UINT64_C(2000000000);
	return now_ns;
}

void lapic_sleep(uint64_t ns) { ASSERT(ns > 0); other_side(); }

#endif
