#!/usr/bin/python3
"""doors_test.py: what a hijacked appliance tries, and how the machine ends it.  The guest is attack.c, linked to
the same platform objects as the shipped image.  Each attack boots its own machine."""
import re
import subprocess
import sys

import tap
from machine import BUG, OK, STUCK, run

IMAGE = "build/images/attack/pinata"
SLIDE = 1 << 39
DIVIDE, DEBUG, BREAKPOINT, OPCODE, PROTECTION, PAGE, WATCHDOG, DOOR = 0, 1, 3, 6, 13, 14, 0xf1, 0x100
CLOCK, WALL, SEED, WAIT, RECV, SEND, MAC, LOG, HALT = range(9)


def symbols():
    """Every symbol of the image, at the address where it runs."""
    text = subprocess.run(["llvm-nm-19", IMAGE + ".sym"], check=True, capture_output=True, text=True).stdout
    return {name: int(at, 16) + SLIDE for at, _, name in (line.split() for line in text.splitlines())}


AT = symbols()
TESTS = []


def ends(name, order, *vectors, code=BUG, cr2=None, words=()):
    """The order ends in a crash report in CPL3 with one of these vectors and this exit code, and never returns."""
    def test():
        machine = run(IMAGE + ".elf", cmdline=order)
        text = machine.console
        assert "go\n" in text and "returned" not in text, text
        assert machine.code == code, "exit code %s\n%s" % (machine.code, text)
        told = re.search(r"^crash: .* in CPL3\ncrash: vector (\d+) ", text, re.M)
        assert told and int(told.group(1)) in vectors, text
        assert "crash: exit %d" % code in text, text
        assert cr2 is None or "cr2 %s " % where(cr2) in text, text
        assert all(word in text for word in words), text
    TESTS.append((name, test))


def returns(name, order, words=()):
    """The control: the same machine does let this happen."""
    def test():
        machine = run(IMAGE + ".elf", cmdline=order)
        assert machine.code == OK and "returned" in machine.console, machine.console
        assert all(word in machine.console for word in words), machine.console
    TESTS.append((name, test))


def where(at):
    inside = AT["image_start"] <= at < AT["image_end"]
    return "image+0x%x" % (at - AT["image_start"]) if inside else "0x%x" % at


def door(number, one=0, two=0):
    return "door=%x,%x,%x" % (number, one, two)


# ---- Pointers: each door that takes one, with how many bytes it touches and whether it writes them.
POINTERS = [(SEED, 48, True), (RECV, 1514, True), (SEND, 60, False), (MAC, 6, True), (LOG, 60, False)]

for number, length, writes in POINTERS:
    two = 0 if writes else length
    end, stack, stack_end = AT["app_rw_end"], AT["app_stack"], AT["app_stack_top"]
    bad = {"null": 0, "page zero": 8, "low memory": 0x100000, "CPL0 code": AT["image_start"],
           "CPL0 constants": AT["mon_text_end"], "CPL0 data": AT["mon_bss"], "CPL0 stack": AT["mon_stack"],
           "one byte past the end": end - length + 1, "at the end": end, "one byte past the stack": stack_end - length + 1,
           "one byte before the stack": stack - 1, "one byte before the data": AT["app_data"] - 1 if writes else AT["app_text_end"] - 1,
           "wrapping": (1 << 64) - length // 2, "last byte": (1 << 64) - 1, "non-canonical": 1 << 63, "non-canonical low": 1 << 47,
           "hole": AT["app_rw_end"] + 64, "above the image": AT["image_end"], "LAPIC": 0xfee00000, "code": AT["app_text"]}
    if writes:
        bad["read-only"] = AT["app_text_end"]
    for kind, at in bad.items():
        ends("door %d: pointer %s" % (number, kind), door(number, at, two), DOOR)
    returns("door %d: the last bytes are good" % number, door(number, end - length, two))
    returns("door %d: the first bytes of the stack are good" % number, door(number, stack, two))
    if not writes:
        returns("door %d: constants are good" % number, door(number, AT["app_text_end"], two))

# ---- Lengths
for length in (0, 13, 1515, 1 << 16, (1 << 32) + 60, (1 << 64) - 1):
    ends("send: length %#x" % length, door(SEND, AT["attack_bss"], length), DOOR)
for length in (1 << 20, 1 << 32, (1 << 64) - 1, (1 << 64) - AT["attack_bss"]):
    ends("log: length %#x" % length, door(LOG, AT["attack_bss"], length), DOOR)
returns("send: length 14", door(SEND, AT["attack_bss"], 14))
returns("send: length 1514", door(SEND, AT["attack_bss"], 1514))
returns("log: a page, cut", door(LOG, AT["attack_bss"], 4096))

# ---- Numbers
UNKNOWN = list(range(9, 257)) + [1 << bit for bit in range(9, 64)] + [(1 << 32) + n for n in range(9)] \
    + [(1 << 64) - n for n in range(1, 10)]
for number in sorted(set(UNKNOWN)):
    ends("door %#x does not exist" % number, door(number), DOOR)
for code in (5, 255, 256, 1 << 32, (1 << 64) - 1):
    ends("halt: code %#x" % code, door(HALT, code), DOOR)
returns("clock", door(CLOCK))
returns("wall", door(WALL))
returns("wait: the past", door(WAIT, 0))

# ---- Memory
for kind, at in (("null", 0), ("page zero", 4095), ("the first MiB", 0xff000), ("where it was loaded", 0x100000),
                 ("CPL0 code", AT["image_start"]), ("CPL0 constants", AT["mon_text_end"]), ("CPL0 data", AT["mon_bss"]),
                 ("CPL0 stack", AT["mon_stack_top"] - 8), ("LAPIC", 0xfee00000), ("IOAPIC", 0xfec00000),
                 ("below the stack", AT["app_stack"] - 1), ("above the stack", AT["app_stack_top"]), ("above the image", AT["image_end"])):
    ends("read " + kind, "read=%x" % at, PAGE, cr2=at)
    ends("write " + kind, "write=%x" % at, PAGE, cr2=at)
    ends("jump to " + kind, "jump=%x" % at, PAGE, cr2=at)
for kind, at in (("a const table", AT["attack_table"]), ("a constant", AT["app_text_end"]), ("code", AT["app_text"])):
    returns("read " + kind, "read=%x" % at)
    ends("write " + kind, "write=%x" % at, PAGE, cr2=at)
for kind, at in (("data", AT["attack_data"]), ("bss", AT["attack_bss"]), ("constants", AT["app_text_end"]),
                 ("the stack", AT["app_stack"]), ("the command line", AT["app_boot"])):
    returns("read " + kind, "read=%x" % at)
    ends("jump to " + kind, "jump=%x" % at, PAGE, cr2=at)
returns("write data", "write=%x" % AT["attack_data"])
ends("read non-canonical", "read=%x" % (1 << 63), PROTECTION)

# ---- Instructions (WBINVD is missing: QEMU 10 lets CPL3 have it)
for name in ("cli sti hlt out in wrmsr rdmsr cr0 cr3 cr8 dr7 lgdt lidt ltr invlpg xsetbv clts lmsw "
             "sgdt sidt sldt str smsw int-timer int-wake int-linux simd").split():
    ends(name, "do=" + name, PROTECTION)
for name in ("sysret", "swapgs"):
    ends(name, "do=" + name, PROTECTION)
ends("far", "do=far", PROTECTION, PAGE)     # QEMU 7.2 reads the stack as CPL0 would: SMAP refuses
for name in ("stac", "vmcall", "ud2", "wrfsbase"):
    ends(name, "do=" + name, OPCODE)
for name in ("sysenter", "mwait"):
    ends(name, "do=" + name, PROTECTION, OPCODE)    # by processor: AMD's has no SYSENTER in 64-bit mode
ends("int3", "do=int3", PROTECTION)
ends("divide by zero", "do=divide", DIVIDE)
ends("single step", "do=single-step", DEBUG)
ends("system call without a stack, then a push", "do=no-stack", PAGE)
ends("stack overflow hits the guard", "do=overflow", PAGE, cr2=AT["app_stack"] - 8)
ends("stack underflow hits the guard", "do=underflow", PAGE, cr2=AT["app_stack_top"])
ends("panic tells its file and line", "do=panic", OPCODE, words=["crash: panic tests/images/attack.c:", "crash: trace image+0x"])
returns("nothing", "do=nothing")
returns("a call through a const table", "do=table")
returns("flags: NT, AC and IOPL asked, IF refused", "do=flags", words=["\n512\n"])
returns("scratch registers are zero, the others kept", "do=scratch", words=["\n0\n4369\n"])

# ---- Time
ends("endless loop", "do=loop", WATCHDOG, code=STUCK, words=["a turn took over 5 s"])
ends("endless system calls", "do=busy", WATCHDOG, code=STUCK, words=["a turn took over 5 s"])
returns("two long turns and a long sleep are none", "do=patient")


def a_forged_stack_tells_nothing():
    text = run(IMAGE + ".elf", cmdline="do=bad-frames").console
    assert "crash: trace\n" in text and "5ec2e7" not in text, text
    text = run(IMAGE + ".elf", cmdline="do=forged").console
    assert "crash: trace image+0x" in text and "5ec2e7" not in text, text


TESTS.append(("a forged stack tells nothing, nor do registers", a_forged_stack_tells_nothing))
TESTS.sort(key=lambda test: "endless" not in test[0] and "long" not in test[0])     # the slow ones first
wanted = sys.argv[1] if len(sys.argv) > 1 else ""
tap.main([test for test in TESTS if wanted in test[0]], jobs=3)
