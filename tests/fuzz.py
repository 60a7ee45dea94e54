#!/usr/bin/python3
"""tests/fuzz.py: replay every fuzz target's corpus, then run it for a moment from a fixed seed.

fuzz/corpus/NAME/ holds seeds and what was once found.  $PINATA_X509_CORPUS (default
../shared/corpora/openssl-x509.tar.xz) may name an archive of certificates, replayed as well.
The runs are short and unguided: they keep the targets alive, they are not the fuzzing.
"""
import glob
import os
import re
import subprocess
import tarfile
import tempfile

RUNS = 20000
OTHERS = {"x509": os.environ.get("PINATA_X509_CORPUS", "../shared/corpora/openssl-x509.tar.xz")}


def run(words):
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout.decode(errors="replace")


def replay(name, folder):
    files = sorted(path for path in glob.glob(folder + "/**", recursive=True) if os.path.isfile(path))
    if not files:
        return 0, 0, ""
    code, text = run(["build/fuzz/" + name] + files)
    return len(files), code, text


def others(name, folder):
    if name not in OTHERS or not os.path.isfile(OTHERS[name]):
        return 0, 0, ""
    with tarfile.open(OTHERS[name]) as archive:
        for number, member in enumerate(m for m in archive if m.isfile()):
            with open(os.path.join(folder, str(number)), "wb") as file:
                file.write(archive.extractfile(member).read())
    return replay(name, folder)


def target(name, number):
    with tempfile.TemporaryDirectory() as folder:
        own, code, text = replay(name, "fuzz/corpus/" + name)
        more, more_code, more_text = others(name, folder)
        empty = os.path.join(folder, "new")
        os.mkdir(empty)
        seeds = ["fuzz/corpus/" + name] if own else []
        run_code, run_text = run(["build/fuzz/" + name, "-runs=%d" % RUNS, "-seed=1", "-max_len=4096",
                                  "-artifact_prefix=build/fuzz/" + name + "-", empty] + seeds)
    bad = code or more_code or run_code
    print("%s %d - %s: %d seeds, %d from elsewhere, %d runs" % ("not ok" if bad else "ok", number, name, own, more, RUNS))
    if bad:
        print("# " + "\n# ".join((text + more_text + run_text).splitlines()[-30:]))


def main():
    with open("Makefile") as lines:
        names = re.search(r"^FUZZ = (.*)$", lines.read(), re.M).group(1).split()
    print("1..%d" % len(names))
    for number, name in enumerate(names, 1):
        target(name, number)


main()
