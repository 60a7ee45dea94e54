#!/usr/bin/python3
"""tests/deploy/decode_crash_test.py: machines are made to crash in each way; deploy/decode-crash names the line.  TAP."""
import concurrent.futures
import re
import sys

sys.path.insert(0, "tests/images")
from crashes import KINDS, decode  # noqa: E402
from machine import run  # noqa: E402

tests = 0


def check(good, name, why=""):
    global tests
    tests += 1
    print("%sok %d - %s" % ("" if good else "not ", tests, name), flush=True)
    if not good:
        print("# " + str(why).replace("\n", "\n# "), flush=True)


def main():
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        machines = dict(zip(KINDS, pool.map(lambda order: run("build/images/attack/pinata.elf", cmdline=order), KINDS)))
    for order, wanted in KINDS.items():
        code, said = decode(machines[order].console)
        missing = [words for words in wanted if words not in said]
        check(code == 0 and not missing, "%s: %s" % (order, wanted[0]), (missing, said, machines[order].console))
    done = run("build/images/cpl0/pinata.elf", cmdline="do=mac own-text", net=False, rng=False)
    code, said = decode(done.console, "build/images/cpl0/pinata.sym")
    check("in CPL0" in said and "CPL0 write of a present page" in said and "at tests/images/cpl0_backend.c:" in said and
          re.search(r"#[1-9].* platform/x86/", said), "a crash of the monitor itself, with its stack", (said, done.console))
    text = machines["do=ud2"].console
    code, said = decode(text, "build/virtio/pinata.sym")
    check(code == 1 and "the report is of build" in said, "another build's symbols are refused", said)
    code, said = decode(text + machines["do=cli"].console)
    check("do_cli at" in said and "do_ud2" not in said, "of two reports the last is told", said)
    check(decode("nothing here\n")[0] == 1, "a text without a report is an error")
    code, said = decode(re.sub(r"crash: exit.*", "", text, flags=re.S))
    check("cut short" in said, "a report that was cut short is told", said)


main()
print("1..%d" % tests)
