/* control.h: what the administrator asks through xenstore's control/shutdown: `xl shutdown`, `xl reboot`. */
#ifndef XEN_CONTROL_H
#define XEN_CONTROL_H

enum control_wish { CONTROL_NOTHING, CONTROL_POWEROFF, CONTROL_REBOOT };

/* Say what we can do (not suspend: a snapshot would replay our generator) and watch. */
void control_start(unsigned token);

/* Read the wish and confirm it.  Anything but the two words is ignored. */
enum control_wish control_wish(void);

#endif
