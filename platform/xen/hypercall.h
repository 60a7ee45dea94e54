/*
 * hypercall.h: what is asked of Xen.  Every hypercall of this image is a row of the table in hypercall.c; there is
 * no way to issue another.  Rows marked START are refused (panic) once hypercall_close() was called.
 */
#ifndef XEN_HYPERCALL_H
#define XEN_HYPERCALL_H

#include <stdbool.h>
#include <stdint.h>

enum hypercall_row {
	HYPERCALL_GET_PARAM,
	HYPERCALL_SET_PARAM,
	HYPERCALL_UPCALL_VECTOR,
	HYPERCALL_ADD_PAGE,
	HYPERCALL_PORT_ALLOC,
	HYPERCALL_PORT_CLOSE,
	HYPERCALL_PORT_UNMASK,
	HYPERCALL_PORT_SEND,
	HYPERCALL_YIELD,
	HYPERCALL_SHUTDOWN,
	HYPERCALL_ROWS
};

/* Is this Xen?  Chooses VMCALL or VMMCALL by the processor's maker; the first thing to call. */
bool hypercall_start(void);

/* Start-up is over. */
void hypercall_close(void);

/* Issue one; `arg` is the row's structure or NULL.  Xen's answer: negative is an error number. */
int64_t hypercall(enum hypercall_row row, void *arg);

#endif
