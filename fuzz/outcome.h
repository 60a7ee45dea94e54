/*
 * outcome.h: what became of the last input, in a word of the target's own: a typed error, or where
 * the state machine stood.  fuzz/replay.c counts them.  A target that says nothing leaves it NULL.
 */
#ifndef FUZZ_OUTCOME_H
#define FUZZ_OUTCOME_H

extern const char *fuzz_outcome;

#endif
