#!/usr/bin/python3
"""tests/proofs/complete.py: the table of proofs can not rot.  Prints TAP.

Every function of the folders and files in SCOPE is either in proofs.list or in unproved.list, which says why and
whether it touches a peer's bytes; no row names what is not there; what clang finds in each file is what functions.py
reads there; results.list has a line for each row of proofs.list; README.md says the numbers.
"""
import concurrent.futures
import glob
import os
import re
import subprocess
import sys
import tempfile

import functions
import prove

ROOT, HERE = prove.ROOT, prove.HERE
SCOPE = ["platform/base/*.c", "platform/base/span.h", "platform/base/ct.h", "tlsstack/*.c", "tlsstack/x509_oid.h", "tlsstack/crypto/*.c",
         "netstack/*.c", "appliance/http.c", "appliance/boot.c", "platform/virtio/*.c", "platform/xen/*.c"]
INCLUDE = ["-I.", "-iquote", "netstack", "-isystem", "build/third-party/bearssl/inc", "-isystem", "build/third-party/lwip/src/include"]


def files():
    return sorted(os.path.relpath(f, ROOT) for pattern in SCOPE for f in glob.glob(os.path.join(ROOT, pattern)))


def unproved():
    """Rows of unproved.list: (file, names or *, touches a peer's bytes, why)."""
    for path, names, kind, why in prove.rows("unproved.list", 4):
        if kind not in ("peer", "own") or not why:
            sys.exit("unproved.list: not a reason: %s | %s | %s | %s" % (path, names, kind, why))
        yield path, names.split(), kind == "peer", why


def classify():
    """Returns (what is wrong, {function: proved, peer or own})."""
    wrong, state = [], {}
    found = {path: set(functions.read(ROOT, path)) for path in files()}
    for proof in prove.PROOFS.values():
        if proof.function not in found.get(proof.path, ()):
            wrong.append("proofs.list: no function %s" % proof.key)
        state[proof.key] = "proved"
    stars = {}
    for path, names, peer, _ in unproved():
        for name in names:
            key = path + ":" + name
            if name == "*":
                stars[path] = "peer" if peer else "own"
            elif name not in found.get(path, ()):
                wrong.append("unproved.list: no function %s" % key)
            elif key in state:
                wrong.append("listed twice: %s" % key)
            else:
                state[key] = "peer" if peer else "own"
    for path, names in found.items():
        rest = [n for n in names if path + ":" + n not in state]
        if rest and path not in stars:
            wrong += ["neither proved nor said why not: %s:%s" % (path, n) for n in sorted(rest)]
        if not rest and path in stars:
            wrong.append("unproved.list: * of %s means nothing" % path)
        state.update({path + ":" + n: stars.get(path, "peer") for n in rest})
    return wrong, state


def symbols(path):
    """The functions that clang finds in a file but functions.py does not, and the reverse."""
    with tempfile.TemporaryDirectory() as work:
        out = os.path.join(work, "a.o")
        done = subprocess.run(["clang-19", "-O0", "-w", "-std=c11", "-D_GNU_SOURCE"] + INCLUDE + ["-c", "-o", out, path],
                              cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            return ["%s does not compile: %s" % (path, done.stdout.split("\n")[0])]
        listed = subprocess.run(["nm", "--defined-only", out], stdout=subprocess.PIPE, text=True).stdout
    compiled = set(re.findall(r" [tT] (\w+)$", listed, re.M))
    read = set(functions.read(ROOT, path))
    inlined = set().union(*(functions.read(ROOT, os.path.relpath(h, ROOT)) for folder in ("platform/*", "tlsstack", "tlsstack/crypto", "netstack")
                            for h in glob.glob(os.path.join(ROOT, folder, "*.h"))))
    return ["%s: clang has %s, functions.py has not" % (path, n) for n in sorted(compiled - read - inlined)] + \
        ["%s: functions.py has %s, clang has not" % (path, n) for n in sorted(read - compiled)]


def results():
    listed = [row[0] for row in prove.rows("results.list", 3)]
    return ["results.list lacks %s: make prove writes it" % k for k in prove.PROOFS if k not in listed] + \
        ["results.list has %s, proofs.list has not" % k for k in listed if k not in prove.PROOFS]


def main():
    wrong, state = classify()
    num = {kind: sum(1 for s in state.values() if s == kind) for kind in ("proved", "peer", "own")}
    said = "%d functions proved, %d that touch a peer's bytes not proved" % (num["proved"], num["peer"])
    with open(os.path.join(HERE, "README.md")) as file:
        readme = [] if said in file.read() else ["README.md does not say: " + said]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        compiled = [line for lines in pool.map(symbols, [f for f in files() if f.endswith(".c")]) for line in lines]
    failed = False
    print("1..4")
    for number, (what, lines) in enumerate([("every function is proved, or is said why not", wrong), ("clang sees the same functions", compiled),
                                            ("results.list is of these rows", results()), ("README.md: " + said, readme)], 1):
        print("%s %d - %s" % ("not ok" if lines else "ok", number, what))
        for line in lines:
            print("#   " + line)
        failed |= bool(lines)
    sys.exit(failed)


if __name__ == "__main__":
    main()
