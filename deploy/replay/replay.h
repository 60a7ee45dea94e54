/* replay.h: what pinata-replay does, one function for each way to call it. */
#ifndef REPLAY_REPLAY_H
#define REPLAY_REPLAY_H

#include "deploy/replay/run.h"

/* A file, read and judged.  False, and said on stderr why, if it is no transcript.  One at a time: static storage. */
bool replay_load(struct recording **recording, const char *path);

/* Its verdict: what it came to and which byte decided it, as a line without its end; and, if asked for, all that happened. */
void replay_verdict(char *verdict, size_t verdict_size, const struct recording *recording, bool tell_all);

/* --diff: run both programs over a folder.  The exit status: 0 no verdict changed, 1 some did, 2 could not be done. */
int diff(const char *old, const char *new, const char *folder);

/* --corpus: what came in, as inputs of the fuzz targets.  Exit status. */
int corpus(const char *out, char **paths, int num_paths);

/*
 * --from-pcap: transcripts of a capture, into a folder.  Exit status.  `boot_s`: NULL, or the UTC second, in decimal, when the
 * machine's clock stood at zero; else that is the first frame's.
 */
int capture(const char *path, const char *out, const char *module, const char *boot_s);

#endif
