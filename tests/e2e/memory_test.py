#!/usr/bin/python3
"""tests/e2e/memory_test.py: what lies in the image's memory after boot, and after a win.  TAP.

QEMU's monitor saves all of the guest's memory.  The prize's key is there once, in the wallet; the
boot module, which the loader put into memory with the key and the seed in it, is nowhere.
"""
import json
import mmap
import os
import socket
import sys
import tempfile

import clients
import machines
import modules

MEMORY_MIB = 16
tests = 0


def check(good, name, why=""):
    global tests
    tests += 1
    print("%sok %d - %s" % ("" if good else "not ", tests, name), flush=True)
    if not good:
        print("# " + str(why).replace("\n", "\n# "), flush=True)
    return good


def save_memory(machine, path):
    """All of the guest's RAM, through QEMU's machine protocol."""
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(30)
        s.connect(machine.qmp_path)
        lines = s.makefile("rw")
        lines.readline()
        for command, arguments in (("qmp_capabilities", {}),
                                   ("pmemsave", {"val": 0, "size": MEMORY_MIB << 20, "filename": path})):
            lines.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
            lines.flush()
            while "return" not in (answer := json.loads(lines.readline())):
                if "error" in answer:
                    raise OSError(answer)
    with open(path, "rb") as f:
        return mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ)


def places(memory, needle):
    found, at = [], memory.find(needle)
    while at >= 0:
        found.append(hex(at))
        at = memory.find(needle, at + 1)
    return found


def look(memory, practice, when):
    check(len(memory) == MEMORY_MIB << 20 and memory.find(b"pinata-boot-module") >= 0, "%s: all of the memory was read" % when)
    for name, form in practice.secrets():
        where, wanted = places(memory, form), 1 if name == "key raw" else 0
        check(len(where) == wanted, "%s: %s %s" % (when, name, "once" if wanted else "nowhere"), where)
    lines = [line for line in practice.lines if line.split(" ")[0] in ("private-key", "seed", "peer-authority", "server-authority", "chain")]
    left = {line[:30]: places(memory, line.encode()) for line in lines}
    check(not any(left.values()), "%s: no line of the boot module" % when, left)


def main():
    folder = tempfile.mkdtemp(prefix="pinata-memory-")
    practice = modules.Practice(folder)
    os.environ["MEM"] = str(MEMORY_MIB)
    machine = machines.Image(folder, modules.sealed(practice.lines))
    try:
        if check(machine.wait_up(), "it boots and answers", machine.console()):
            look(save_memory(machine, os.path.join(folder, "booted")), practice, "after boot")
            answer = clients.openssl(machine.ports[machines.PRIZE], practice.credential("client"))
            check(practice.is_prize(answer.data), "a win", answer)
            look(save_memory(machine, os.path.join(folder, "won")), practice, "after a win")
    finally:
        machine.stop()
    print("1..%d" % tests)
    sys.exit(0)


main()
