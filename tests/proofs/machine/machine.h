/* machine.h: one real connection, driven by events: see machine.c. */
#ifndef MACHINE_H
#define MACHINE_H

#include "tests/proofs/machine/monitor.h"
#include "tlsstack/conn.h"

#define MACHINE_ROWS 16

/* A protocol under search: the real one's rows, with handlers that only do what the model says. */
struct machine {
	struct tls_protocol protocol;
	struct hs_row rows[MACHINE_ROWS];
	bool forges;		/* Finished makes every witness that the policy demands */
};

/* Honest handlers go where the message sends them; lying ones to any state that their row names. */
enum manners { HONEST, LYING };

void machine_of(struct machine *machine, const struct tls_protocol *protocol);

/* A connection in its first state. */
void machine_begin(struct tls_conn *conn, const struct machine *machine);

/* A connection in a given state, with the witnesses and keys that the facts of `seen` give. */
void machine_place(struct tls_conn *conn, const struct machine *machine, enum hs_state state, uint32_t seen);

/*
 * One event.  `choice` numbers the ways that the handler may go; *choices says how many there were (0: no
 * handler ran).  False: the machine panicked, which lying handlers may bring about.
 */
bool machine_step(const struct machine *machine, struct tls_conn *conn, struct mon_action *action, unsigned *choices,
    enum manners manners, unsigned choice, struct mon_event event);

#endif
