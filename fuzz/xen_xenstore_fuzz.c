/*
 * xen_xenstore_fuzz.c: the client of xenstore, and what reads its values, against a daemon that the input plays: the stream of
 * answers, in pieces; and the indices of the ring.  Nothing panics, nothing waits beyond its time.
 */
#include <stdlib.h>

#include "platform/xen/control.h"
#include "platform/xen/netfront.h"
#include "platform/xen/netring.h"
#include "platform/xen/xenstore.h"
#include "tests/platform/xen/world.h"

enum { PIECE_MAX = 64, TOKEN = 1 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static struct cursor in;

/* One order and a piece of the stream.  An honest header before it makes it an answer to what was asked. */
static void
play(void)
{
	uint32_t order, num = 0, value = 0;
	struct cursor piece;

	if (!cursor_uint(&in, &order, 1))
		return;
	num = order % PIECE_MAX < cursor_left(&in) ? order % PIECE_MAX : (uint32_t)cursor_left(&in);
	if (!cursor_take(&in, &piece, num))
		return;
	switch (order / PIECE_MAX) {
	case 0: world_raw(cursor_rest(&piece)); break;
	case 1: world_message(world.last.type, world.last.req_id, cursor_rest(&piece)); break;
	case 2: world_message(XS_WATCH_EVENT, 0, cursor_rest(&piece)); break;
	case 3:
		if (cursor_uint(&piece, &value, 4))
			world.store.rsp_prod = world.store.rsp_cons + value % 2048;
		break;
	}
	world_daemon();
}

static void
note_request(const struct xsd_sockmsg *request)
{
	(void)request;
	play();
}

static void
never_answer(struct xsd_sockmsg *header, uint8_t *body)
{
	(void)body;
	*header = (struct xsd_sockmsg){ .type = XS_WATCH_EVENT };
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct span value;

	world_reset();
	netring_close();
	xenstore_start(&world.store, WORLD_STORE_PORT);
	in = cursor_of((struct span){ data, len });
	world.on_sleep = play;
	world.before_reply = note_request;
	world.on_reply = never_answer;
	(void)xenstore_events(~0u);
	control_start(0);
	if (xenstore_read(&value, "name") && value.len > XEN_STORE_VALUE)
		abort();
	(void)netfront_start(TOKEN);
	for (unsigned i = 0; i < 32 && !cursor_done(&in); i++) {
		(void)xenstore_events(~0u);
		(void)control_wish();
		netfront_service();
	}
	if (world.now_ns > 64 * (XEN_STORE_NS + XEN_BACKEND_NS))
		abort();
	return 0;
}
