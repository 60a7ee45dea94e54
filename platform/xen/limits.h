/* limits.h: the numbers of platform/xen, each with its reason. */
#ifndef XEN_LIMITS_H
#define XEN_LIMITS_H

#define XEN_PAGE	4096u

/* Frames that may be on their way, each on a page of its own: a window of 32 KB and its answers. */
#define XEN_SLOTS	32u

/* Ring pages: two in use, and two more for a backend that went away and holds the old ones mapped. */
#define XEN_RING_PAGES	4u

/* Grant references: 0-7 are Xen's; one for every page that is ever shared, so no reference is reused for another page. */
#define XEN_GRANT_FIRST	8u
#define XEN_GRANT_RINGS	XEN_GRANT_FIRST
#define XEN_GRANT_RX	(XEN_GRANT_RINGS + XEN_RING_PAGES)
#define XEN_GRANT_TX	(XEN_GRANT_RX + XEN_SLOTS)
#define XEN_GRANT_END	(XEN_GRANT_TX + XEN_SLOTS)

/* Responses without sense that one connection may send before it is closed and made again. */
#define XEN_NONSENSE	64u

/* Messages of xenstore handled in one turn, and bytes of an answer that are kept: the longest is a path. */
#define XEN_STORE_TURN	16u
#define XEN_STORE_VALUE	256u

/* How long an answer of xenstore may take, on a busy dom0; beyond, it is taken for dead and never asked again. */
#define XEN_STORE_NS	UINT64_C(10000000000)

/* Who waits for xenstore or the backend looks this often, even when no event comes. */
#define XEN_LOOK_NS	UINT64_C(50000000)

/* How long the start waits for the network's backend.  It may come later, too. */
#define XEN_BACKEND_NS	UINT64_C(5000000000)

/* TSC ticks for which the end waits for the console to be read: about a second. */
#define XEN_DRAIN_TICKS	UINT64_C(3000000000)

_Static_assert(XEN_GRANT_END <= XEN_PAGE / 8, "all references are in the first page of the table");

#endif
