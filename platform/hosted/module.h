/* module.h: the boot module's way from its file to the child. */
#ifndef HOSTED_MODULE_H
#define HOSTED_MODULE_H

#include "platform/base/span.h"

/*
 * Read the open file `module`, send the start message to the child over `frames`, wipe.  With a folder
 * in `record` the machine is a recorded one: recorder.h.
 * PLAT_EXIT_OK, or the exit status of the refusal, said on stderr.
 */
int module_hand_over(int module, int frames, const char *record);

/* True if the module's text has the line `chain main`: see module.c. */
bool module_is_main(struct span text);

#endif
