#!/usr/bin/python3
"""cpl0_test.py: what the processor and the crash report do when the monitor itself is wrong, or was
taken over: the guest's backend (cpl0_backend.c) commits one crime in CPL0 for each boot."""
import re
import subprocess

import tap
from machine import BUG, OK, run

IMAGE = "build/images/cpl0/pinata"
SLIDE = 1 << 39
NMI, OPCODE, PAGE = 2, 6, 14

TEXT = subprocess.run(["llvm-nm-19", IMAGE + ".sym"], check=True, capture_output=True, text=True).stdout
AT = {name: int(at, 16) + SLIDE for at, _, name in (line.split() for line in TEXT.splitlines())}
TESTS = []


def inside(name, by=0):
    return "cr2 image+0x%x " % (AT[name] + by - AT["image_start"])


def crime(name, vector, words="", order="do=mac"):
    def test():
        machine = run(IMAGE + ".elf", cmdline=order + " " + name, net=False, rng=False)
        text = machine.console
        assert machine.code == BUG and "returned" not in text, text
        assert re.search(r"^crash: exception in CPL0$", text, re.M) and "crash: vector %d " % vector in text, text
        assert words in text and "crash: exit 1\n" in text, text
    TESTS.append((name + (" with AC set" if "-ac" in order else ""), test))


# SMAP and SMEP: CPL3's memory is neither data nor code for CPL0, whatever flags CPL3 came with.
crime("user-data", PAGE, inside("app_data"))
crime("user-stack", PAGE, inside("app_stack"))
crime("user-data", PAGE, inside("app_data"), order="do=mac-ac")
crime("user-code", PAGE, inside("app_text"))
crime("own-text", PAGE, inside("image_start"))
crime("own-table", PAGE, inside("cpl0_backend_table"))
crime("own-data", PAGE, inside("cpl0_backend_data"))
crime("null", PAGE, "cr2 0x0 ")
crime("loaded", PAGE, "cr2 0x100000 ")
crime("overflow", PAGE, inside("mon_stack", -8))
crime("no-stack", PAGE, "cr2 0x8 ")
crime("nmi", NMI)
crime("panic", OPCODE, "crash: panic tests/images/cpl0_backend.c:")


def a_report_that_fails_ends_the_machine():
    machine = run(IMAGE + ".elf", cmdline="do=mac again", net=False, rng=False)
    assert machine.code == BUG and "crash" not in machine.console and "returned" not in machine.console, machine.console


def without_a_crime_it_returns():
    machine = run(IMAGE + ".elf", cmdline="do=mac", net=False, rng=False)
    assert machine.code == OK and "returned" in machine.console, machine.console


TESTS.append(("a report that fails ends the machine", a_report_that_fails_ends_the_machine))
TESTS.append(("without a crime it returns", without_a_crime_it_returns))
tap.main(TESTS)
