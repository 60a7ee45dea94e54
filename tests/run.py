#!/usr/bin/python3
"""tests/run.py LIST [SUITE...]: run the programs of LIST, read their TAP, count, time each suite.

A line of LIST is `suite seconds command...`; `unit NAME [ARGUMENT...]` means the test program
build/san/tests/NAME.  Each program prints TAP ("ok 1 - name", "not ok ...", "... # SKIP why").
A program that fails without saying which test failed, prints no test at all or runs longer
than its seconds counts as one failure.  What failed is named once more at the end (CI shows no
more than that); the last line is `N passed, N failed, N skipped`.
"""
import concurrent.futures
import os
import re
import subprocess
import sys
import time

JOBS = int(os.environ.get("JOBS", os.cpu_count() or 2))


def read_list(path, wanted):
    rows = []
    with open(path) as lines:
        for line in lines:
            if not line.strip() or line.startswith("#"):
                continue
            suite, seconds, command = line.strip().split(None, 2)
            words = command.split()
            if words[0] == "unit":
                words = ["build/san/tests/" + words[1]] + words[2:]
            if not wanted or suite in wanted:
                rows.append((suite, int(seconds), words))
    return rows


def run(row):
    suite, seconds, words = row
    env = dict(os.environ, CMOCKA_MESSAGE_OUTPUT="TAP", UBSAN_OPTIONS="print_stacktrace=1")
    began = time.monotonic()
    try:
        done = subprocess.run(["timeout", "--kill-after=10", str(seconds)] + words, env=env,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        text, code = done.stdout.decode(errors="replace"), done.returncode
    except OSError as error:
        text, code = str(error), 127
    return suite, words, text, code, time.monotonic() - began


def count(text, code):
    good = len(re.findall(r"^ok\b(?!.*# ?SKIP)", text, re.M | re.I))
    bad = len(re.findall(r"^not ok\b", text, re.M))
    skips = re.findall(r"^ok\b.*# ?SKIP.*$", text, re.M | re.I)
    if bad == 0 and (code != 0 or good + len(skips) == 0):
        bad = 1
    return good, bad, skips


def told(text):
    """What to print of a red program: each test that failed with what it said, and the last lines."""
    lines = text.splitlines()
    shown = set(range(max(0, len(lines) - 60), len(lines)))
    for at, line in enumerate(lines):
        if line.startswith("not ok"):
            end = next((i for i in range(at + 1, len(lines)) if re.match(r"(not )?ok\b", lines[i])), len(lines))
            shown.update(range(at, min(end, at + 40)))
    return [lines[i] for i in sorted(shown)]


def main():
    rows = read_list(sys.argv[1], sys.argv[2:])
    passed = failed = skipped = 0
    seconds, red = {}, []
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        for suite, words, text, code, took in pool.map(run, rows):
            good, bad, skips = count(text, code)
            passed, failed, skipped = passed + good, failed + bad, skipped + len(skips)
            seconds[suite] = seconds.get(suite, 0) + took
            print("%-10s %7.1f s  %4d passed %s %s" % (suite, took, good,
                  "%d FAILED" % bad if bad else "", " ".join(words)), flush=True)
            for skip in skips:
                print("    " + skip)
            if bad:
                print("\n".join("    | " + line for line in told(text)))
                print("    exit status %d%s" % (code, " (too slow)" if code == 124 else ""), flush=True)
                why = re.findall(r"^not ok\b.*$", text, re.M) or ["exit status %d" % code]
                red.extend("FAILED %s: %s" % (" ".join(words), line[:160]) for line in why)
    for suite, took in seconds.items():
        print("suite %-10s %7.1f s" % (suite, took))
    print("".join(line + "\n" for line in red), end="")
    print("%d passed, %d failed, %d skipped" % (passed, failed, skipped))
    sys.exit(failed != 0 or passed == 0)


main()
