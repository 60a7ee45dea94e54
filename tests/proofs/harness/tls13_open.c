/*
 * tls13_open.c: KeyUpdate in both directions and the exporter, connected, in either role.  Stubs: handlers.h, tls13.h.  Beside the ranges and
 * judge(): the key that changes is the right one and comes from its own secret, ours behind the record that says so; never more
 * updates than the limit; an answer only where one was asked for.
 */
#include "tests/proofs/harness/tls13.h"

#include "tlsstack/tls13_open.c"

static const struct hs_row rows[] = { { HS_CONNECTED, MSG_KEY_UPDATE, ENDS_RECORD, TO(CONNECTED), tls13_on_key_update } };
static struct tls_protocol protocol = { .version = 0x0304, .rows = rows, .num_rows = 1 };

static const struct tls_protocol *
any_role(void)
{
	protocol.is_server = nondet_bool() ? true : false;
	return &protocol;
}

static void
after_update(enum hs_state to)
{
	(void)to;
	ASSERT(ghost.num_read_keys == 1 && ghost.num_write_keys == 0 && ghost.read_key == (protocol.is_server ? C_AP : S_AP));
	ASSERT(conn.hs.num_key_updates > 0 && conn.hs.num_key_updates <= TLS_KEY_UPDATES_MAX && ghost.num_messages == 0);
}

PROVE(tls13_on_key_update, any_role(), after_update)

void
prove_key_next(void)
{
	struct secret traffic;
	uint8_t mark = nondet_bool() ? C_AP : S_AP;

	any_conn(any_role(), true);
	MARK(traffic) = mark;
	if (nondet_bool())
		key_next(&conn.read, &traffic, conn.suite);
	else
		key_next(&conn.write, &traffic, conn.suite);
	ASSERT(MARK(traffic) == mark && ghost.num_read_keys + ghost.num_write_keys == 1);
	ASSERT((ghost.num_read_keys == 1 ? ghost.read_key : ghost.write_key) == mark);
	REACHED();
}

/* Room as pump() leaves it. */
void
prove_tls13_rekey(void)
{
	struct outbuf out = { NULL, nondet_size(), nondet_size(), false };

	(void)begin(any_role(), tls13_on_key_update);
	ASSUME(out.cap <= 0x1000000 && out.len <= out.cap && out.cap - out.len >= RECORD_OVERHEAD_MAX + 5);
	out.ptr = malloc(out.cap);
	ASSUME(out.ptr != NULL);
	tls13_rekey(&conn, &out);
	ASSERT(ghost.num_seals == 1 && ghost.num_write_keys == 1 && ghost.num_read_keys == 0);
	ASSERT(ghost.write_key == (protocol.is_server ? S_AP : C_AP) && open_ok(&conn.now.open13, protocol.is_server));
	REACHED();
}

/* The limits of RFC 8446, 7.5 and 5869, 2.3 are the owner's. */
void
prove_tls13_export(void)
{
	size_t len = nondet_size();
	struct span label = { NULL, nondet_size() }, context = { NULL, nondet_size() };
	uint8_t *out;

	(void)begin(any_role(), tls13_on_key_update);
	ASSUME(len <= 255 * conn.suite->hash->len && label.len <= 249 && context.len <= TLS_MESSAGE_TOP);
	out = malloc(len);
	label.ptr = malloc(label.len);
	context.ptr = malloc(context.len);
	ASSUME(out != NULL && label.ptr != NULL && context.ptr != NULL);
	tls13_export(&conn, out, len, label, context);
	REACHED();
}
