"""tests/images/crashes.py: what attack.c is ordered to do, and what deploy/decode-crash must make of the report, on any hypervisor."""
import re
import subprocess

SOURCE = "tests/images/attack.c"


def line_of(words):
    with open(SOURCE) as source:
        return next(number for number, line in enumerate(source, 1) if words in line)


def decode(text, symbols="build/images/attack/pinata.sym"):
    """Exit status and words of deploy/decode-crash."""
    done = subprocess.run(["deploy/decode-crash", symbols], input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


# What is done, and what the decoded report must hold.
with open("platform/base/version.h") as HEADER:
    VERSION = re.search(r'BASE_VERSION\s+"([0-9.]+)"', HEADER.read()).group(1)
KINDS = {
    "do=divide": ["in CPL3, version %s" % VERSION, "vector 0: division", "#0", "do_divide at %s:%d" % (SOURCE, line_of("do_divide(void)")), "exit 1: "],
    "do=ud2": ["vector 6: illegal instruction", "do_ud2 at %s:%d" % (SOURCE, line_of("do_ud2(void)"))],
    "do=cli": ["vector 13: general protection", "do_cli at %s:%d" % (SOURCE, line_of("do_cli(void)"))],
    "do=single-step": ["vector 1: debug exception", "do_single_step at " + SOURCE],
    "do=overflow": ["vector 14: page fault, CPL3 write of an absent page", "do_overflow at " + SOURCE],
    "read=0": ["vector 14: page fault, CPL3 read of an absent page, address 0x0", "at " + SOURCE],
    "jump=0": ["vector 14: page fault, CPL3 fetch of an absent page", "outside the image"],
    "do=panic": ["panic at %s:" % SOURCE, "base_panic at platform/base/panic.c:", "do_panic at " + SOURCE],
    "do=loop": ["vector 241: watchdog", "do_loop at %s:%d" % (SOURCE, line_of("do_loop(void)")), "exit 4: stuck"],
    "door=63": ["vector 256: system call refused", "call_door at " + SOURCE],
}
