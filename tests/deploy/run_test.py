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

WON = "private key (WIF, compressed): c"
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
        self.ports = machines.free_ports(5)
        self.said = tempfile.NamedTemporaryFile("r")
        names = "PORT", "WEB_PORT", "PRIZE_PORT", "CALL_PORT", "TURN_PORT"
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


def lines_to_try(run):
    return dict(re.findall(r"^  ((?:the|over|a) \w+) +(\S.*)$", run.text(), re.M))


def listening(port):
    """As the kernel tells: connecting to ask would take the server's one connection."""
    with open("/proc/net/tcp") as f:
        return re.search(r" 0100007F:%04X 00000000:0000 0A " % port, f.read()) is not None


def test_what_it_prints(run):
    """The lines to try, as a shell takes them."""
    lines = lines_to_try(run)
    wanted = {"the page": "bcrt1q", "over TLS": "bcrt1q", "the refusal": "alert number 116", "the win": WON}
    for name, words in wanted.items():
        done = subprocess.run(["timeout", "30", "sh", "-c", lines.get(name, "false")], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        check(words in done.stdout, "%s works as printed" % name, done.stdout)
        check(("WIF" in done.stdout) == (name == "the win"), "%s %s the key" % (name, "gives" if name == "the win" else "does not give"))


def test_calls(run):
    """The lines about 10001 and 10002; the first is left waiting while the second runs."""
    lines = lines_to_try(run)
    with machines.call_port_alone():
        server = subprocess.Popen(["timeout", "30", "sh", "-c", lines.get("a server", "false")], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        end = time.monotonic() + 20
        while not listening(machines.CALL_PORT) and time.monotonic() < end:
            time.sleep(0.05)
        subprocess.run(["timeout", "30", "sh", "-c", lines.get("the call", "false")], stdin=subprocess.DEVNULL)
        said = server.stdout.read()
        server.wait()
        check(WON in said, "a server and the call work as printed", said)
    before = run.text().count("prize-sent")
    relay = subprocess.run(["timeout", "30", "sh", "-c", lines.get("the relay", "false")], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, text=True)
    check(len(re.findall("^> ", relay.stdout, re.M)) > 1 and len(re.findall("^< ", relay.stdout, re.M)) > 1 and
          run.text().count("prize-sent") == before + 2, "the relay works as printed: both sides gave the prize", relay.stdout[-1000:])


def main():
    run = Run()
    if check(run.wait_for("Ctrl-C ends it."), "it comes up and says what to try", run.text()):
        machine = run.machine()
        test_what_it_prints(run)
        test_calls(run)
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
