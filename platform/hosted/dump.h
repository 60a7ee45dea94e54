/* dump.h: every frame in both directions, as a pcap file that tcpdump and Wireshark read. */
#ifndef HOSTED_DUMP_H
#define HOSTED_DUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* False, and said on stderr why, if the file can not be made.  One per process. */
bool dump_open(const char *path);

/* Nothing happens when none is open. */
void dump_frame(const uint8_t *frame, size_t frame_len);

#endif
