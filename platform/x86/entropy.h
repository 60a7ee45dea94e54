/* entropy.h: collect entropy at boot, or stop the machine; then the generator never fails. */
#ifndef X86_ENTROPY_H
#define X86_ENTROPY_H

#include "platform/base/span.h"

#define ENTROPY_NEEDED	256		/* bits credited, below which the machine stops */

/*
 * Hash every source of the table in entropy.c together and start the generator.  `module` is
 * the hash of the boot module: mixed in, credited nothing, since a restart replays it.
 * Returns the bits credited; below ENTROPY_NEEDED the generator is not started.
 */
MUST_CHECK unsigned entropy_start(struct span module);

#endif
