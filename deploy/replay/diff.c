/* diff.c: two builds of pinata-replay over a folder of transcripts: whose verdict changed?  See replay.h. */
#include <dirent.h>
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "deploy/replay/replay.h"

enum { LINE_SIZE = 2048, PATH_SIZE = 4600 };

extern char **environ;

static int
is_transcript(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot != NULL && strcmp(dot, ".transcript") == 0;
}

/* What `program` says of `path`, after the file's name.  False if it said no line or could not be run. */
static bool
ask(char line[LINE_SIZE], const char *program, const char *path)
{
	char *const argv[] = { (char *)(uintptr_t)program, (char *)(uintptr_t)"--verdict", (char *)(uintptr_t)path, NULL };
	posix_spawn_file_actions_t actions;
	int ends[2], status;
	size_t len = 0;
	ssize_t got;
	pid_t pid;
	char *tab;

	if (pipe(ends) != 0)
		return false;
	(void)posix_spawn_file_actions_init(&actions);
	(void)posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	(void)posix_spawn_file_actions_addclose(&actions, ends[0]);
	status = posix_spawn(&pid, program, &actions, NULL, argv, environ);
	(void)posix_spawn_file_actions_destroy(&actions);
	(void)close(ends[1]);
	while (status == 0 && (got = read(ends[0], line + len, LINE_SIZE - 1 - len)) > 0)
		len += (size_t)got;
	(void)close(ends[0]);
	line[len] = '\0';
	if (status != 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return false;
	line[strcspn(line, "\n")] = '\0';
	tab = strchr(line, '\t');
	if (tab == NULL)
		return false;
	memmove(line, tab + 1, strlen(tab + 1) + 1);
	return true;
}

int
diff(const char *old, const char *new, const char *folder)
{
	static char before[LINE_SIZE], after[LINE_SIZE], path[PATH_SIZE];
	struct dirent **entries;
	int num = scandir(folder, &entries, is_transcript, alphasort), num_changed = 0, status = 0;

	if (num <= 0) {
		fprintf(stderr, "pinata-replay: no transcripts in %s\n", folder);
		return 2;
	}
	for (int i = 0; i < num; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
		if (!ask(before, old, path) || !ask(after, new, path)) {
			fprintf(stderr, "pinata-replay: no verdict on %s\n", path);
			status = 2;
		} else if (strcmp(before, after) != 0) {
			printf("%s\n  old: %s\n  new: %s\n", entries[i]->d_name, before, after);
			num_changed++;
		}
		free(entries[i]);
	}
	free(entries);
	if (num_changed > 0)
		printf("%d of %d verdicts changed\n", num_changed, num);
	else if (status == 0)
		printf("no verdict changed: %d transcripts\n", num);
	return status != 0 ? status : num_changed > 0;
}
