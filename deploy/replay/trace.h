/*
 * trace.h: what is seen of a run: the linker leads calls from one part of the appliance to another through
 * trace.c (--wrap), so that the parts are those of the image and no line of them knows of it.
 */
#ifndef REPLAY_TRACE_H
#define REPLAY_TRACE_H

#include "deploy/replay/run.h"

/* Before the run, in its process. */
void trace_open(struct run_result *result);

/* A line of the trace, with the time and the byte at which it was. */
void trace_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A word for the outcome: it is decided now. */
void trace_outcome(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Where the run stands; machine.c says so. */
struct trace_place { uint64_t at_ns; uint32_t num_in; enum run_cause cause; };
extern struct trace_place trace_place;

#endif
