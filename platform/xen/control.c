/* control.c: see control.h.  Follows Xen's docs/misc/xenstore-paths.pandoc, control/. */
#include "platform/xen/control.h"

#include "platform/base/bytes.h"
#include "platform/xen/xenstore.h"

#define WISH	"control/shutdown"

/* A failure changes nothing for us: then nobody can ask, and `xl destroy` remains. */
void
control_start(unsigned token)
{
	bool told = xenstore_write("control/feature-suspend", SPAN_LITERAL("0"))
	    && xenstore_write("control/feature-poweroff", SPAN_LITERAL("1"))
	    && xenstore_write("control/feature-reboot", SPAN_LITERAL("1")) && xenstore_watch(WISH, token);

	(void)told;
}

enum control_wish
control_wish(void)
{
	enum control_wish wish = CONTROL_NOTHING;
	struct span text;

	if (!xenstore_read(&text, WISH))
		return CONTROL_NOTHING;
	if (bytes_equal(text, SPAN_LITERAL("poweroff")) || bytes_equal(text, SPAN_LITERAL("halt")))
		wish = CONTROL_POWEROFF;
	else if (bytes_equal(text, SPAN_LITERAL("reboot")))
		wish = CONTROL_REBOOT;
	if (wish != CONTROL_NOTHING)		/* an empty value tells that we have heard */
		(void)!xenstore_write(WISH, (struct span){ NULL, 0 });
	return wish;
}
