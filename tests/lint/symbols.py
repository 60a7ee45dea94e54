#!/usr/bin/python3
"""tests/lint/symbols.py BUILD [ROOT]: what the linker knows about the image's CPL3 objects.  Prints TAP.

  needs     a folder needs no symbol but its own and those that link.txt's layers export: so
            "tlsstack has no heap, no clock, no randomness" is a fact of the object files
  promises  a folder defines all that its exports.txt promises
  globals   every mutable global or static of our own is listed in globals.txt, and nothing else is
BUILD is the folder of the objects (build/cpl3).
"""
import glob
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = sys.argv[1]
ROOT = sys.argv[2] if len(sys.argv) > 2 else os.path.join(HERE, "../..")
COMPILER_OWN = {"_GLOBAL_OFFSET_TABLE_"}


def objects(folder):
    return sorted(glob.glob(os.path.join(BUILD, folder, "**/*.o"), recursive=True))


def names(paths, flag):
    if not paths:
        return set()
    out = subprocess.run(["llvm-nm-19", flag, "--format=just-symbols"] + paths, stdout=subprocess.PIPE, text=True, check=True)
    return {line for line in out.stdout.split() if not line.endswith(":")}


def rows(name):
    with open(os.path.join(HERE, name)) as lines:
        return [line.split() for line in lines if line.strip() and not line.startswith("#")]


def exports(folder):
    if folder == "platform":	# the doors: platform.h's functions
        with open(os.path.join(ROOT, "platform/platform.h")) as file:
            return set(re.findall(r"\b(plat_\w+)\s*\(", file.read())) - {"plat_main"}
    with open(os.path.join(ROOT, folder, "exports.txt")) as file:
        return set(file.read().split())


def check_needs(folder, allowed):
    may = set(COMPILER_OWN)
    for layer in allowed:
        may |= names(objects("third-party/" + layer[4:]), "--extern-only") if layer.startswith("lib:") else exports(layer)
    own = objects(folder)
    if not own:
        return ["no objects of %s in %s" % (folder, BUILD)]
    return sorted("%s needs %s, which no allowed layer exports" % (folder, symbol)
                  for symbol in names(own, "--undefined-only") - names(own, "--defined-only") - may)


def check_promises(folder):
    return sorted("%s/exports.txt promises %s, which is not defined" % (folder, symbol)
                  for symbol in exports(folder) - names(objects(folder), "--defined-only"))


def mutable_globals():
    found = set()
    for folder in ("platform/base", "tlsstack", "wallet", "netstack", "appliance"):
        for path in objects(folder):
            out = subprocess.run(["llvm-objdump-19", "--syms", path], stdout=subprocess.PIPE, text=True, check=True)
            source = os.path.relpath(path, BUILD)[:-2] + ".c"
            for line in out.stdout.split("\n"):
                match = re.match(r"[0-9a-f]+ .{7} (\.(?:data|bss)[\w.$]*|\*COM\*)\s+[0-9a-f]+ (?:\.hidden )?([\w.$]+)$", line)
                if match and not match.group(1).startswith(".data.rel.ro") and not match.group(2).startswith("."):
                    found.add("%s:%s" % (source, match.group(2).split(".")[0]))
    return found


def check_globals():
    listed = {row[0] for row in rows("globals.txt")}
    found = mutable_globals()
    return (["not in globals.txt: " + name for name in sorted(found - listed)] +
            ["in globals.txt, but gone: " + name for name in sorted(listed - found)])


def main():
    results = [("%s needs only what its layers export" % row[0], check_needs(row[0], row[1:])) for row in rows("link.txt")]
    results += [(f + " keeps its exports.txt", check_promises(f)) for f in ("platform/base", "tlsstack", "wallet", "netstack")]
    results.append(("mutable globals are those of globals.txt", check_globals()))
    print("1..%d" % len(results))
    for number, (name, bad) in enumerate(results, 1):
        print("%s %d - %s" % ("not ok" if bad else "ok", number, name))
        for line in bad:
            print("#   " + line)
    sys.exit(any(bad for _, bad in results))


main()
