/*
 * capture.c: transcripts of a capture (pcap), taken on the host's side of a vif or a tap.  libpcap reads the file,
 * platform/hosted/streams.c puts the connections together.  Captures come from strangers: what they hold is bounded
 * there, and a connection that is not whole or not plain is left out and said.
 */
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "deploy/replay/replay.h"
#include "platform/hosted/recorder.h"

enum { MODULE_SIZE = 16384 };

#define SECOND_NS	1000000000ull

/* Every frame; times that go back stand still.  False if the file ends in nonsense. */
static bool
read_frames(pcap_t *pcap, uint64_t boot_s, struct pcap_pkthdr *head, const uint8_t *frame)
{
	uint64_t last_ns = 0;
	int got = 1;

	for (; got == 1; got = pcap_next_ex(pcap, &head, &frame)) {
		uint64_t s = (uint64_t)head->ts.tv_sec, now_ns = last_ns;

		if (s >= boot_s && s - boot_s < UINT32_MAX && (uint64_t)head->ts.tv_usec < SECOND_NS)
			now_ns = (s - boot_s) * SECOND_NS + (uint64_t)head->ts.tv_usec;	/* nanoseconds, as asked for */
		if (now_ns > last_ns)
			last_ns = now_ns;
		if (head->caplen < head->len)
			fprintf(stderr, "pinata-replay: a frame of %u bytes was captured in part\n", head->len);
		else
			recorder_frame(frame, head->caplen, last_ns, 0);
	}
	return got == PCAP_ERROR_BREAK;
}

int
capture(const char *path, const char *out, const char *module, const char *boot_s)
{
	static uint8_t text[MODULE_SIZE];
	char error[PCAP_ERRBUF_SIZE] = "";
	FILE *file = fopen(module, "rbe");
	struct recorder_machine machine = { .module = { text, 0 } };
	pcap_t *pcap = pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO, error);
	struct pcap_pkthdr *head;
	const uint8_t *frame;
	bool whole = true, written;
	unsigned num;

	if (file == NULL || pcap == NULL || pcap_datalink(pcap) != DLT_EN10MB) {
		fprintf(stderr, "pinata-replay: can not read %s: %s\n", file == NULL ? module : path,
		    file == NULL ? "no boot module there" : pcap == NULL ? error : "not a capture of Ethernet");
		return 2;
	}
	machine.module.len = fread(text, 1, sizeof text, file);
	(void)fclose(file);
	if (pcap_next_ex(pcap, &head, &frame) == 1) {
		machine.boot_s = boot_s != NULL ? strtoull(boot_s, NULL, 10) : (uint64_t)head->ts.tv_sec;
		if (machine.boot_s > 253402300799 || !recorder_open(out, &machine))
			return 2;
		whole = read_frames(pcap, machine.boot_s, head, frame);
	}
	written = recorder_close(&num);
	pcap_close(pcap);
	printf("%u transcripts\n", num);
	if (!written)
		return 2;
	if (whole)
		return 0;
	fprintf(stderr, "pinata-replay: %s ends in the middle of a frame\n", path);
	return 1;
}
