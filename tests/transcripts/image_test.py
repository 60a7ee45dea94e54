#!/usr/bin/python3
"""tests/transcripts/image_test.py [long]: recorded conversations against the real image in QEMU (deploy/replay/image).  TAP.

Short: one of them, once, with a handshake and a sealed record; no test of `make check` waits for two boots to be the same.  Long: every one that the image can be asked, and a win
that is captured at the image itself and must come again to the bit.
"""
import glob
import importlib.machinery
import importlib.util
import os
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../e2e"))
import clients      # noqa: E402
import modules      # noqa: E402

IMAGE = "deploy/replay/image"
REPLAY = "build/pinata-replay"
loader = importlib.machinery.SourceFileLoader("image", IMAGE)
image = importlib.util.module_from_spec(importlib.util.spec_from_loader("image", loader))
sys.dont_write_bytecode = True
loader.exec_module(image)
tests = 0


def check(good, name, why=""):
    global tests
    tests += 1
    print("%sok %d - %s" % ("" if good else "not ", tests, name), flush=True)
    if not good:
        print("# " + str(why)[:3000].replace("\n", "\n# "), flush=True)
    return good


def ask(*arguments):
    program = [IMAGE] if arguments[0] == "--once" else [REPLAY, "--image"]
    return subprocess.run([*program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=400)


def test_rules():
    """What counts as the same."""
    flight = [(22, 122), (20, 1), (23, 619), (23, 19)]
    check(image.settled([b"a", b"b", b"a"], None) and not image.settled([b"a", b"b"], None) and not image.settled([], None) and
          image.settled([b"a"], b"a") and not image.settled([b"a", b"a"], b"b"), "two runs, or what was recorded")
    check(image.alike(flight, flight) and image.alike(flight, [(22, 122), (20, 1), (23, 616), (23, 19)]), "signatures vary by bytes")
    others = ([(22, 123)] + flight[1:], flight[:3], flight[:3] + [(23, 20)], flight[:2] + [(23, 640)] + flight[3:], flight[:3] + [(21, 19)])
    check(not any(image.alike(flight, other) for other in others), "nothing else does", others)


def test_one(name, *once):
    done = ask(*once, "%s/%s.transcript" % (HERE, name))
    check(done.returncode == 0 and "same: the image and the replay agree" in done.stdout, "%s: the image agrees%s" % (name, "" if once else ", twice the same"), done.stdout)
    return done.stdout


def test_own_capture(folder):
    """A visitor wins at the image; what was captured is replayed at the image, prize and all."""
    practice = modules.Practice(folder)
    module, dump = practice.path("module"), folder + "/dump"
    boot_s = int(time.time())
    machine = image.Machine(module, 10000, boot_s, "-object", "filter-dump,id=dump,netdev=net,file=" + dump)
    try:
        answer = clients.openssl(machine.port, practice.credential("client"))
    finally:
        machine.stop()
    check(practice.is_prize(answer.data), "a client wins at the machine that is always the same", answer)
    done = subprocess.run([REPLAY, "--from-pcap", dump, folder + "/own", module, str(boot_s)], capture_output=True, text=True, timeout=60)
    found = glob.glob(folder + "/own/*-10000.transcript")
    if not check(len(found) == 1, "its capture is a transcript", done):
        return
    done = ask(found[0], module)
    check(done.returncode == 0 and "as recorded, by the image" in done.stdout and "prize-sent" in done.stdout,
          "replayed, the image gives the prize again, to the bit", done.stdout)
    with open(found[0]) as file:
        text = file.read().replace("boot %d\n" % boot_s, "boot %d\n" % (boot_s - 86400))
    with open(folder + "/other", "w") as file:
        file.write(text)
    done = ask(folder + "/other", module)
    check(done.returncode == 1 and "DIFFERENT answer" in done.stdout, "with another clock it does not", done.stdout)


def main():
    test_rules()
    check(ask("%s/calls-server.transcript" % HERE).returncode == 2, "what it can not be asked is said so")
    out = test_one("openssl-stranger", "--once")
    check("(22, 122), (20, 1), (23, " in out and "record does not authenticate" in out, "with a flight, and an alert under keys", out)
    if sys.argv[1:] == ["long"]:
        for path in sorted(glob.glob(HERE + "/*.transcript")):
            name = os.path.basename(path)[:-len(".transcript")]
            if not name.startswith("calls-"):
                test_one(name)
        with tempfile.TemporaryDirectory(prefix="pinata-image-test-") as folder:
            test_own_capture(folder)
    print("1..%d" % tests)


main()
