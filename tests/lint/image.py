#!/usr/bin/python3
"""tests/lint/image.py IMAGE...: what an image may be, read from the file and its symbols.  Prints TAP.

IMAGE is build/<hypervisor>/pinata.elf; the .sym beside it is the same link with symbols.  The gates: its size, the
lines that are linked, no segment that is writable and executable, nothing left to a dynamic linker, no path of the
machine that built it, and the profile: code that no configuration names is not there.
"""
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
IMAGE_BYTES_MAX = 400 * 1024
LINES_MAX = 35000
# Code of descriptors that the appliance's configuration does not name, and of a C library's that nobody may call.
NOT_LINKED = r"^(br_rsa_\w+|tls_rsa_\w+|tls_secp384r1|tls_ecdsa_secp384r1_\w+|\w+_sha384|aead_aes256_gcm|tls12_\w+|malloc|free|printf|rand)$"


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


def gate_size(image, symbols):
    size = os.path.getsize(image)
    return [] if size <= IMAGE_BYTES_MAX else ["%d bytes, %d allowed" % (size, IMAGE_BYTES_MAX)]


def gate_lines(image, symbols):
    lines = int(re.search(r"lines of linked functions\n(?:.*\n)*?  total +(\d+)", run(HERE + "/../../deploy/sizes", image)).group(1))
    return [] if 0 < lines <= LINES_MAX else ["%d lines, %d allowed" % (lines, LINES_MAX)]


def gate_segments(image, symbols):
    return [line.strip() for line in run("llvm-readelf-19", "--program-headers", "--wide", image).split("\n")
            if re.search(r"\bLOAD\b.*\bRWE\b", line)]


def gate_nothing_dynamic(image, symbols):
    undefined = run("llvm-nm-19", "--undefined-only", symbols).split("\n")
    headers = run("llvm-readelf-19", "--program-headers", "--wide", image)
    return [u for u in undefined if u.strip()] + re.findall(r"INTERP.*", headers)


def gate_profile(image, symbols):
    names = run("llvm-nm-19", "--defined-only", "--format=just-symbols", symbols).split()
    return [n for n in names if re.match(NOT_LINKED, n)]


def gate_no_paths(image, symbols):
    with open(image, "rb") as file:
        return [found.decode() for found in re.findall(rb"/(?:home|root|work|usr|tmp)/[\w./-]+", file.read())]


GATES = (
    ("at most %d KiB" % (IMAGE_BYTES_MAX // 1024), gate_size),
    ("at most %d lines are linked" % LINES_MAX, gate_lines),
    ("no segment is writable and executable", gate_segments),
    ("nothing is left to a dynamic linker", gate_nothing_dynamic),
    ("what no configuration names is not linked", gate_profile),
    ("no path of the building machine", gate_no_paths),
)


def main():
    failed, number = False, 0
    print("1..%d" % (len(GATES) * len(sys.argv[1:])))
    for image in sys.argv[1:]:
        for name, gate in GATES:
            number += 1
            try:
                bad = gate(image, image.replace(".elf", ".sym"))
            except (subprocess.CalledProcessError, OSError) as error:
                bad = [str(error)]
            failed |= bool(bad)
            print("%s %d - %s: %s" % ("not ok" if bad else "ok", number, image, name))
            for line in bad[:12]:
                print("#   " + line)
    sys.exit(failed)


main()
