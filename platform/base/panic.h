/*
 * panic.h: "we are wrong".  A state that our own code should make impossible.  It halts the
 * machine in every build: the processor faults, the monitor writes the crash report and stops.
 * Never reachable by input: an assertion that a peer can reach is a bug.
 */
#ifndef BASE_PANIC_H
#define BASE_PANIC_H

/* `file` is a string literal: the monitor prints it when it lies in read-only image memory. */
_Noreturn void base_panic(const char *file, unsigned line);

#define PANIC()		base_panic(__FILE__, __LINE__)
#define REQUIRE(fact)	do { if (!(fact)) PANIC(); } while (0)

#endif
