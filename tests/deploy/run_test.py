#!/usr/bin/python3
"""tests/deploy/run_test.py: `make run` as a newcomer meets it: what it prints works, and it ends cleanly.  TAP."""
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, "tests/e2e")
import machines  # noqa: E402

tests = 0


def check(good, name, why=""):
    global tests
    tests += 1
    print("%sok %d - %s" % ("" if good else "not ", tests, name), flush=True)
    if not good:
        print("# " + str(why).replace("\n", "\n# "), flush=True)
    return good


class Run:
    """deploy/run in a session of its own, as from a terminal."""

    def __init__(self):
        self.ports = machines.free_ports(3)
        self.said = tempfile.NamedTemporaryFile("r")
        names = "PORT", "WEB_PORT", "PRIZE_PORT"
        environment = dict(os.environ, **dict(zip(names, map(str, self.ports))))
        with open(self.said.name, "w") as said:
            self.process = subprocess.Popen(["deploy/run"], env=environment, stdin=subprocess.DEVNULL, stdout=said, stderr=said,
                                            start_new_session=True)

    def text(self):
        with open(self.said.name) as f:
            return f.read()

    def wait_for(self, words, seconds=90):
        end = time.monotonic() + seconds
        while time.monotonic() < end and words not in self.text():
            time.sleep(0.1)
        return words in self.text()

    def machine(self):
        """The number of its QEMU."""
        with open("/proc/%d/task/%d/children" % (self.process.pid, self.process.pid)) as f:
            for child in f.read().split():
                with open("/proc/%s/comm" % child) as comm:
                    if "qemu" in comm.read():
                        return int(child)
        return None


def gone(pid, seconds=15):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with open("/proc/%d/stat" % pid) as f:
                if f.read().rsplit(")", 1)[1].split()[0] == "Z":
                    return True
        except FileNotFoundError:
            return True
        time.sleep(0.05)
    return False


def test_what_it_prints(run):
    """The lines to try, as a shell takes them."""
    lines = dict(re.findall(r"^  ((?:the|over) \w+) +(\S.*)$", run.text(), re.M))
    wanted = {"the page": "bcrt1q", "over TLS": "bcrt1q", "the refusal": "alert number 116", "the win": "private key (WIF, compressed): c"}
    for name, words in wanted.items():
        done = subprocess.run(["timeout", "30", "sh", "-c", lines.get(name, "false")], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        check(words in done.stdout, "%s works as printed" % name, done.stdout)
        check(("WIF" in done.stdout) == (name == "the win"), "%s %s the key" % (name, "gives" if name == "the win" else "does not give"))


def main():
    run = Run()
    if check(run.wait_for("Ctrl-C ends it."), "it comes up and says what to try", run.text()):
        machine = run.machine()
        test_what_it_prints(run)
        os.killpg(run.process.pid, signal.SIGINT)      # what Ctrl-C does
        check(run.process.wait(20) == 0, "Ctrl-C ends it with success", run.process.returncode)
        check(gone(machine), "and the machine with it")
    run = Run()
    if check(run.wait_for("Ctrl-C ends it."), "it comes up a second time", run.text()):
        machine = run.machine()
        run.process.kill()
        run.process.wait(20)
        check(gone(machine), "killed outright, it leaves no machine behind")
    print("1..%d" % tests)


main()
