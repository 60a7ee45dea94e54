/* sandbox.h: the system calls that the child may make; every other one kills it. */
#ifndef HOSTED_SANDBOX_H
#define HOSTED_SANDBOX_H

#include <stddef.h>

/*
 * The list: calls.c, five entries.  The sanitizer build links calls_san.c instead, which adds
 * what the sanitizers' runtime needs to keep its books and to print a report.
 */
extern const unsigned CALLS_ALLOWED[];
extern const size_t CALLS_NUM;

/* From here on, for this process and for good.  Ends the process if the kernel refuses. */
void sandbox_enter(void);

#endif
