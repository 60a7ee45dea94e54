/* xenstore.c: messages of a hostile xenstored, byte by byte.  The invariant: what is still to come fits the protocol's limits. */
#include "tests/proofs/harness/shared.h"

#include "platform/xen/xenstore.c"

bool nondet_bool(void);
uint8_t nondet_uint8(void);
void other_side(void) { }

static bool
holds(void)
{
	if (store.dead || store.got < sizeof store.header)
		return true;
	return store.body_len <= XENSTORE_PAYLOAD_MAX && store.got - sizeof store.header <= store.body_len;
}

static void
any_store(void)
{
	__CPROVER_havoc_object(&store);
	store.dead = nondet_bool();
	store.waiting = nondet_bool();
	store.refused = nondet_bool();
	ASSUME(holds());
}

void prove_incoming(void) { any_store(); (void)incoming(); REACHED(); }
void prove_note_event(void) { any_store(); note_event(); ASSERT(holds()); REACHED(); }
void prove_handle_message(void) { any_store(); (void)handle_message(); ASSERT(holds() && store.got == 0); REACHED(); }

void
prove_take_byte(void)
{
	bool whole;

	any_store();
	ASSUME(!store.dead && (store.got < sizeof store.header || store.got - sizeof store.header < store.body_len));
	whole = take_byte(nondet_uint8());
	ASSERT(holds());
	ASSERT(store.dead || store.got < sizeof store.header || whole == (store.got - sizeof store.header == store.body_len));
	REACHED();
}
