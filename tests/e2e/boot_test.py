#!/usr/bin/python3
"""tests/e2e/boot_test.py hosted|image: each kind of bad boot module is refused readably, with its own exit code.  TAP."""
import concurrent.futures
import os
import sys
import tempfile

import machines
import modules

BAD_BOOT = 3        # PLAT_EXIT_BAD_BOOT
folder = tempfile.mkdtemp(prefix="pinata-boot-")
practice = modules.Practice(folder)


def attempt(numbered):
    number, (name, text, _) = numbered
    machine = machines.KINDS[sys.argv[1]](folder, text, "bad%d" % number)
    code = machine.exit_code()
    machine.stop()
    return name, code, machine.console()


def words_in(console, words):
    """The console's lines that say what is wrong."""
    return [line for line in console.decode(errors="replace").splitlines()
            if "boot module" in line and any(word in line for word in words.split("|"))]


def main():
    modules_bad = list(practice.bad_modules())
    with concurrent.futures.ThreadPoolExecutor(max(1, (os.cpu_count() or 2) // 2)) as pool:
        for number, (name, code, console) in enumerate(pool.map(attempt, enumerate(modules_bad)), 1):
            said = words_in(console, modules_bad[number - 1][2])
            good = code == BAD_BOOT and said and practice.found(console) == []
            print("%sok %d - refused: %s" % ("" if good else "not ", number, name), flush=True)
            if good:
                print("# " + said[-1])
            else:
                print("# exit code %s, secrets %s\n# %s" % (code, practice.found(console),
                      console.decode(errors="replace")[-2000:].replace("\n", "\n# ")))
    print("1..%d" % len(modules_bad))


main()
