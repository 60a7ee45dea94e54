#!/usr/bin/python3
"""headers_test.py: platform/xen compiled with the public headers of each Debian release's Xen: the same bytes.  TAP.

The headers are cached under build/xen-headers; the compiler's command line is the Makefile's own.
"""
import hashlib
import os
import re
import subprocess
import sys

sys.path.insert(0, "tests/images/xenlab")
import packages

CACHE = "build/xen-headers"
SOURCES = sorted("platform/xen/" + name for name in os.listdir("platform/xen") if name.endswith(".c"))


def headers(release):
    place = f"{CACHE}/{release}"
    if not os.path.exists(place + "/root/usr/include/xen/xen.h"):
        packages.headers(release, place)
    return place + "/root/usr/include"


def version(include):
    """What tells one release's headers from another's."""
    digest = hashlib.sha256()
    for folder, _, names in sorted(os.walk(include + "/xen")):
        for name in sorted(names):
            with open(f"{folder}/{name}", "rb") as file:
                digest.update(file.read())
    return digest.hexdigest()[:12]


def command(source):
    """How the Makefile compiles it for the image."""
    target = f"build/cpl0/{source[:-2]}.o"
    text = subprocess.run(["make", "--no-print-directory", "-n", "-W", source, target], check=True, stdout=subprocess.PIPE, text=True).stdout
    return next(line for line in text.replace("\\\n", " ").split("\n") if f"-c -o {target} " in line)


def compile_with(source, include, release):
    out = f"{CACHE}/{release}/{os.path.basename(source)}.o"
    line = command(source)
    changed = re.sub(r"-isystem build/xen-include", f"-isystem {include}", line)
    assert changed != line, line
    # -g0: debugging information names the folders, and the image is stripped of it.
    subprocess.run(re.sub(r"-c -o \S+", f"-g0 -c -o {out}", changed).replace(" -MMD -MP", ""), shell=True, check=True)
    with open(out, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def main():
    only_xen = {}
    for release in packages.RELEASES:
        folder = f"{CACHE}/{release}/only"
        os.makedirs(folder, exist_ok=True)
        found = os.path.abspath(headers(release)) + "/xen"
        if not os.path.islink(folder + "/xen"):
            os.symlink(found, folder + "/xen")
        only_xen[release] = folder
    versions = {release: version(folder) for release, folder in only_xen.items()}
    print("# headers: %s" % versions)
    good = len(set(versions.values())) == len(versions)
    print("%sok 1 - the releases' headers differ" % ("" if good else "not "))
    bad = 0
    for number, source in enumerate(SOURCES, 2):
        same = len({compile_with(source, folder, release) for release, folder in only_xen.items()}) == 1
        bad += not same
        print("%sok %d - %s has the same bytes with each" % ("" if same else "not ", number, source), flush=True)
    sys.exit(bad != 0 or not good)


main()
