/* dump.c: frames as a pcap file (version 2.4, the classic form).  See dump.h. */
#include "platform/hosted/dump.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { ETHERNET = 1 };

static FILE *file;

bool
dump_open(const char *path)
{
	const struct { uint32_t magic; uint16_t major, minor; uint32_t zone, accuracy, snap_len, link; }
	    head = { 0xa1b2c3d4, 2, 4, 0, 0, 65535, ETHERNET };

	file = fopen(path, "wbe");
	if (file == NULL || fwrite(&head, sizeof head, 1, file) != 1) {
		fprintf(stderr, "pinata: can not write %s: %s\n", path, strerror(errno));
		return false;
	}
	return true;
}

void
dump_frame(const uint8_t *frame, size_t frame_len)
{
	struct timespec now;
	struct { uint32_t s, us, kept_len, frame_len; } head;

	if (file == NULL)
		return;
	clock_gettime(CLOCK_REALTIME, &now);
	head.s = (uint32_t)now.tv_sec;
	head.us = (uint32_t)(now.tv_nsec / 1000);
	head.kept_len = head.frame_len = (uint32_t)frame_len;
	(void)fwrite(&head, sizeof head, 1, file);
	(void)fwrite(frame, frame_len, 1, file);
	(void)fflush(file);
}
