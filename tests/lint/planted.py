#!/usr/bin/python3
"""tests/lint/planted.py BUILD: each rule of the lint is seen to fail on a violation planted in a copy of the tree.

A row of PLANTED is (rule, file, text to append or None, text to write when the file is new).
A check that can not fail is no check: this test fails when a planted violation passes.
"""
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "../..")
BUILD = sys.argv[1]
COPIED = ("appliance", "tlsstack", "netstack", "wallet", "platform", "tests", "fuzz", "deploy", "Makefile", "README.md")

PLANTED = (
    ("layers", "tlsstack/planted.c", '/* planted.c: x */\n#include "wallet/wallet.h"\n'),
    ("layers", "netstack/planted.c", "/* planted.c: x */\n#include <bearssl.h>\n"),
    ("layers", "wallet/planted.c", "/* planted.c: x */\n#include <stdio.h>\n"),
    ("layers", "appliance/planted.c", '/* planted.c: x */\n#include "tlsstack/record.h"\n'),
    ("layers", "platform/x86/planted.c", '/* planted.c: x */\n#include "platform/virtio/virtqueue.h"\n'),
    ("file_length", "appliance/planted.c", "/* planted.c: x */\n" + "\n" * 601),
    ("opening_comment", "appliance/planted.c", "int planted;\n"),
    ("no_variants", "tlsstack/planted.c", "/* planted.c: x */\n#ifdef PLANTED\n#endif\n"),
    ("no_heap_no_libc", "wallet/planted.c", "/* planted.c: x */\nvoid *p(void) { return malloc(3); }\n"),
    ("no_owing", "netstack/planted.c", "/* planted.c: TO" + "DO later */\n"),
    ("wire_bytes", "tlsstack/planted.c", "/* planted.c: x */\nint f(struct cursor *c) { return c->base[c->pos]; }\n"),
    ("parse_sees_bytes", "tlsstack/planted.c", "/* planted.c: x */\nint\nplanted_parse(struct tls_conn *c)\n{\n\treturn 0;\n}\n"),
    ("parsers_are_fuzzed", "tlsstack/planted.c", "/* planted.c: x */\nint\nplanted_parse(struct cursor *c)\n{\n\treturn 0;\n}\n"),
    ("one_caller_of_the_prize", "appliance/planted.c", "/* planted.c: x */\nvoid f(void) { wallet_reveal(); }\n"),
    ("log_has_few_callers", "appliance/planted.c", "/* planted.c: x */\nvoid f(void) { plat_log(0, 0); }\n"),
    ("witnesses_have_one_maker", "tlsstack/planted.c",
     "/* planted.c: x */\nvoid f(struct w *w) { w->sig_ok = true; }\nvoid g(struct w *w) { w->sig_ok = true; }\n"),
    ("tests_have_sources", "tests/nowhere/planted_test.c", "/* planted_test.c: x */\n"),
    ("tests_are_run", "tests/platform/base/planted_test.c", "/* planted_test.c: x */\n"),
    ("documents_name_files", "wallet/README.md", "See `wallet/nowhere.c`.\n"),
    ("exports_sorted", "wallet/exports.txt", "zebra\nant\n"),
    ("makefile_is_short", "tlsstack/planted_and_unnamed.c", "/* planted_and_unnamed.c: x */\n"),
    ("targets_are_listed", "Makefile", ".PHONY: planted\n"),
)

# (tidy's rule, a file that breaks it)
PLANTED_FOR_TIDY = (
    ("no function above 60 lines", "int f(int a);\nint\nf(int a)\n{\n" + "\ta++;\n" * 61 + "\treturn a;\n}\n"),
    ("no recursion", "int f(int a);\nint f(int a) { return a > 0 ? f(a - 1) : 0; }\n"),
    ("every file is understood", '#include "nowhere.h"\n'),
)

# (symbols.py's rule, a source compiled into a folder of objects as that folder's)
PLANTED_FOR_SYMBOLS = (
    ("tlsstack needs only what its layers export", "tlsstack", "extern long time(long *); long f(void); long f(void) { return time(0); }\n"),
    ("wallet needs only what its layers export", "wallet", "void *malloc(unsigned long); void *f(void); void *f(void) { return malloc(1); }\n"),
    ("mutable globals are those of globals.txt", "netstack", "int planted_global = 3;\n"),
)

# image.py's gates that a Linux program with every suite breaks.
PLANTED_FOR_IMAGE = ("at most 400 KiB", "nothing is left to a dynamic linker", "what no configuration names is not linked")
LINUX_PROGRAM = "build/conformance/tls_server"


def says(root, rule):
    out = subprocess.run([sys.executable, os.path.join(HERE, "source.py"), root, rule], stdout=subprocess.PIPE, text=True).stdout
    return any(line.startswith("not ok") and line.endswith(" - " + rule) for line in out.split("\n"))


def fails(command, rule):
    out = subprocess.run(command, stdout=subprocess.PIPE, text=True, cwd=ROOT).stdout
    return any(line.startswith("not ok") and line.endswith(" - " + rule) for line in out.split("\n"))


def tidy_says(rule, words):
    with tempfile.NamedTemporaryFile("w", suffix=".c") as file:
        file.write(words)
        file.flush()
        return fails([os.path.join(HERE, "tidy.sh"), file.name], rule)


def symbols_say(rule, folder, words):
    with tempfile.TemporaryDirectory() as copy:
        for name in os.listdir(BUILD):
            if name != folder and os.path.isdir(os.path.join(BUILD, name)):
                os.symlink(os.path.abspath(os.path.join(BUILD, name)), os.path.join(copy, name))
        shutil.copytree(os.path.join(BUILD, folder), os.path.join(copy, folder))
        subprocess.run(["clang-19", "-c", "-x", "c", "-", "-o", os.path.join(copy, folder, "planted.o")],
                       input=words, text=True, check=True)
        return fails([os.path.join(HERE, "symbols.py"), copy], rule)


def tell(seen, number, what):
    print("%s %d - %s" % ("ok" if seen else "not ok", number, what))
    return seen


def main():
    failed = False
    print("1..%d" % (len(PLANTED) + len(PLANTED_FOR_TIDY) + len(PLANTED_FOR_SYMBOLS) + len(PLANTED_FOR_IMAGE)))
    for number, (rule, words) in enumerate(PLANTED_FOR_TIDY, len(PLANTED) + 1):
        failed |= not tell(tidy_says(rule, words), number, "tidy refuses: " + rule)
    for number, (rule, folder, words) in enumerate(PLANTED_FOR_SYMBOLS, len(PLANTED) + len(PLANTED_FOR_TIDY) + 1):
        failed |= not tell(symbols_say(rule, folder, words), number, "symbols refuses: " + rule)
    before = len(PLANTED) + len(PLANTED_FOR_TIDY) + len(PLANTED_FOR_SYMBOLS)
    for number, gate in enumerate(PLANTED_FOR_IMAGE, before + 1):
        failed |= not tell(fails([os.path.join(HERE, "image.py"), LINUX_PROGRAM], LINUX_PROGRAM + ": " + gate), number,
                           "image refuses: not " + gate)
    for number, (rule, path, words) in enumerate(PLANTED, 1):
        with tempfile.TemporaryDirectory() as copy:
            for name in COPIED:
                source = os.path.join(ROOT, name)
                if os.path.isdir(source):
                    shutil.copytree(source, os.path.join(copy, name), ignore=shutil.ignore_patterns("corpus", "transcripts"))
                elif os.path.exists(source):
                    shutil.copy(source, copy)
            target = os.path.join(copy, path)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, "a") as file:
                file.write(words)
            seen = says(copy, rule)
        failed |= not tell(seen, number, "%s is refused: %s" % (rule, path))
    sys.exit(failed)


main()
