#!/usr/bin/python3
"""tests/msan.py: unit tests and committed corpora under MemorySanitizer, which sees reads of memory that nobody wrote.  TAP.

It needs every library to be built with it, so it builds in a copy of the tree (build/msan) and leaves out what links
others' libraries: pinata-tool, OpenSSL's peers and a browser's.  cmocka's own reads are few and harmless."""
import os
import re
import shutil
import subprocess
import sys

SANITIZE = "-fsanitize=memory -fno-sanitize-recover=all -fno-omit-frame-pointer"
LIBRARIES = {"tool", "peers", "x509_peers"}
SEARCHES = {		# read whatever lies in memory or on the stack, on purpose
    "appliance/main_test", "attacks/unchecked_plaintext_test", "platform/base/base_test",
}
TREE = "build/msan/tree"


def build(programs):
    shutil.rmtree(TREE, ignore_errors=True)
    os.makedirs(TREE + "/build")
    archive = subprocess.run(["git", "archive", "HEAD"], check=True, stdout=subprocess.PIPE).stdout
    subprocess.run(["tar", "-x", "-C", TREE], input=archive, check=True)
    shutil.copytree("build/third-party", TREE + "/build/third-party", symlinks=True)
    os.utime(TREE + "/build/third-party/stamp")
    done = subprocess.run(["make", "-C", TREE, "-j%d" % (os.cpu_count() or 2), "SANITIZE=" + SANITIZE] + programs,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        sys.exit(done.stdout.decode(errors="replace")[-2000:])


def say(number, name, done):
    text = done.stdout.decode(errors="replace")
    print("%s %d - %s" % ("ok" if done.returncode == 0 else "not ok", number, name), flush=True)
    if done.returncode != 0:
        print("\n".join("#   " + line for line in text.splitlines()[-30:]))
    return done.returncode == 0


def main():
    units = sorted({line.split()[3] for line in open("tests/suites.txt") if re.match(r"\S+\s+\d+\s+unit ", line)})
    units = [unit for unit in units if not unit.startswith("reward/") and unit not in SEARCHES]
    targets = [t for t in sorted(os.listdir("fuzz/corpus")) if t not in LIBRARIES]
    build(["build/san/tests/" + unit for unit in units] + ["build/san/fuzz/" + target for target in targets])
    os.chdir(TREE)
    good, number = True, 0
    print("1..%d" % (len(units) + len(targets)))
    for unit in units:
        number += 1
        good &= say(number, unit, subprocess.run(["timeout", "600", "build/san/tests/" + unit], stdout=subprocess.PIPE, stderr=subprocess.STDOUT))
    for target in targets:
        number += 1
        files = "".join("fuzz/corpus/%s/%s\n" % (target, name) for name in sorted(os.listdir("fuzz/corpus/" + target)))
        good &= say(number, "corpus of " + target, subprocess.run(["timeout", "600", "build/san/fuzz/" + target, "60"],
                    input=files.encode(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT))
    sys.exit(not good)


main()
