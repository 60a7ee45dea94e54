/*
 * console.c: the console's ring beside a reader that writes to all of it what and when it likes: before each of our looks,
 * shared_now().  Checked: no write leaves the ring, the text is read within its length, our own index runs only
 * by what was written, and the drain ends with the clock.
 */
#include "tests/proofs/harness/xen.h"

static uint64_t cpu_tsc(void);

/* The declaration of `shared` becomes that of this function; each use of it a call. */
#define shared	(*shared_now())
#include "platform/xen/console.c"

static struct xencons_interface page;
static volatile struct xencons_interface *ring_at;
static bool quiet;	/* while the reader's moments are another row's */

void
other_side(void)	/* the text is never read */
{
	if (quiet)
		return;
	page.in_cons = nondet_uint32();
	page.in_prod = nondet_uint32();
	page.out_cons = nondet_uint32();
	page.out_prod = nondet_uint32();
}

static volatile struct xencons_interface **
shared_now(void)
{
	other_side();
	return &ring_at;
}

/* A quarter of the limit passes between two looks: how often the reader is asked has no meaning for what is checked. */
static uint64_t
cpu_tsc(void)
{
	now_tsc += XEN_DRAIN_TICKS / 4;
	return now_tsc;
}

void evtchn_send(uint32_t port) { ASSERT(port == own_port); other_side(); }

int64_t
hypercall(enum hypercall_row row, void *arg)
{
	ASSERT(row == HYPERCALL_YIELD && arg == NULL);
	other_side();
	return nondet_int();
}

static void
any_console(void)
{
	other_side();
	ring_at = nondet_bool() ? &page : NULL;
	own_port = nondet_uint32();
	produced = nondet_uint32();
}

void
prove_put(void)
{
	struct xencons_interface old;
	uint32_t before;
	bool done;

	any_console();
	ASSUME(ring_at != NULL);
	before = produced;
	old = page;
	quiet = true;		/* it looks but once, at any number; so each change is ours */
	done = put(nondet_uint8());
	ASSERT(produced == before + done && (!done || before - old.out_cons < ROOM));
	ASSERT(page.in_cons == old.in_cons && page.in_prod == old.in_prod && page.out_cons == old.out_cons && page.out_prod == old.out_prod);
	REACHED();
}

bool
given_put(uint8_t byte)
{
	bool done = nondet_bool();

	(void)byte;
	ASSERT(ring_at == &page);
	produced += done;
	return done;
}

void
prove_console_write(void)
{
	struct span text = { NULL, nondet_size() };

	any_console();
	ASSUME(text.len <= INPUT_MAX);
	text.ptr = any_bytes(text.len);
	quiet = true;
	console_write(text);
	REACHED();
}

void prove_console_start(void) { any_console(); console_start(&page, nondet_uint32()); ASSERT(ring_at == &page); REACHED(); }
void prove_console_drain(void) { any_console(); console_drain(); REACHED(); }
