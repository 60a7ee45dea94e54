/* main.c: pinata-replay's command line.  See deploy/replay/README.md. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "deploy/replay/replay.h"

static const char USAGE[] =
    "usage: pinata-replay FILE                       what happened in a transcript\n"
    "       pinata-replay --verdict FILE ...         one line for each: what it came to, and what decided it\n"
    "       pinata-replay --diff OLD NEW DIR         two builds of this program over a folder\n"
    "       pinata-replay --corpus OUT FILE ...      inputs for the fuzz targets\n"
    "       pinata-replay --from-pcap FILE OUT MODULE [BOOT]   transcripts of a capture, into the folder OUT\n"
    "       pinata-replay --image FILE [MODULE]      against the real image in QEMU, from the source tree\n"
    "See deploy/replay/README.md.\n";

enum { VERDICT_SIZE = 1200, USAGE_ERROR = 64 };

static int
tell(const char *path)
{
	struct recording *recording;
	char verdict[VERDICT_SIZE];

	if (!replay_load(&recording, path))
		return 2;
	replay_verdict(verdict, sizeof verdict, recording, true);
	printf("verdict: %s\n", verdict);
	return 0;
}

static int
verdicts(char **paths, int num_paths)
{
	struct recording *recording;
	char verdict[VERDICT_SIZE];
	int status = 0;

	for (int i = 0; i < num_paths; i++) {
		const char *slash = strrchr(paths[i], '/');

		if (!replay_load(&recording, paths[i])) {
			status = 2;
			continue;
		}
		replay_verdict(verdict, sizeof verdict, recording, false);
		printf("%s\t%s\n", slash == NULL ? paths[i] : slash + 1, verdict);
		fflush(stdout);
	}
	return status;
}

int
main(int argc, char **argv)
{
	if (argc == 2 && argv[1][0] != '-')
		return tell(argv[1]);
	if (argc > 2 && strcmp(argv[1], "--verdict") == 0)
		return verdicts(argv + 2, argc - 2);
	if (argc == 5 && strcmp(argv[1], "--diff") == 0)
		return diff(argv[2], argv[3], argv[4]);
	if (argc > 3 && strcmp(argv[1], "--corpus") == 0)
		return corpus(argv[2], argv + 3, argc - 3);
	if ((argc == 5 || argc == 6) && strcmp(argv[1], "--from-pcap") == 0)
		return capture(argv[2], argv[3], argv[4], argv[5]);
	if ((argc == 3 || argc == 4) && strcmp(argv[1], "--image") == 0) {
		(void)execl("deploy/replay/image", "image", argv[2], argv[3], (char *)NULL);
		perror("deploy/replay/image");
		return 2;
	}
	fputs(USAGE, stderr);
	return USAGE_ERROR;
}
