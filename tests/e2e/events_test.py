#!/usr/bin/python3
"""
tests/e2e/events_test.py hosted|image: the console's lines as a host's rsyslog reads them, with deploy/rsyslog.  TAP.

A real rsyslogd reads the console's file while the machine writes it.  It runs here as a plain process with files of its
own; where the package is not installed it is unpacked into build/, and where it can not be had this is skipped.
"""
import concurrent.futures
import fcntl
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

import clients
import leaks
import machines
import modules

FLOOD = 60              # more than EVENTS_BURST of appliance/limits.h
SECONDS = 60
PACKAGES = ("rsyslog", "libestr0", "libfastjson4", "liblognorm5")
EVENT = re.compile(r'pinata: (?P<event>\S+) port=(?P<port>\d+) peer=(?P<peer>\S+)( error="(?P<error>[^"]*)")?( left-out=(?P<left_out>\d+))?$')
tests = 0


def check(good, name, why=""):
    global tests
    tests += 1
    print("%sok %d - %s" % ("" if good else "not ", tests, name), flush=True)
    if not good:
        print("# " + str(why)[:3000].replace("\n", "\n# "), flush=True)
    return good


def find_rsyslogd():
    """Its path and the root that it was unpacked into, or None."""
    path, root = shutil.which("rsyslogd", path=os.environ["PATH"] + ":/usr/sbin:/sbin"), os.path.abspath("build/rsyslog")
    if path:
        return path, ""
    with open(root + ".lock", "w") as lock:     # another run of this may be at it
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(root):
            fetch(root)
    return (root + "/usr/sbin/rsyslogd", root) if os.path.exists(root) else None


def fetch(root):
    """Debian's packages, unpacked into `root`, whole or not at all."""
    with tempfile.TemporaryDirectory(dir=os.path.dirname(root)) as folder:
        try:
            subprocess.run(["apt-get", "-qq", "-o", "APT::Sandbox::User=", "download", *PACKAGES], cwd=folder, stderr=subprocess.DEVNULL,
                           check=True, timeout=SECONDS)
            for deb in glob.glob(folder + "/*.deb"):
                subprocess.run(["dpkg-deb", "-x", deb, folder + "/root"], check=True)
        except (OSError, subprocess.SubprocessError):
            return
        os.rename(folder + "/root", root)


class Rsyslog:
    """rsyslogd with deploy/rsyslog's configuration, its paths changed to `folder`."""

    def __init__(self, program, root, folder, console):
        self.out = folder + "/events"
        with open("deploy/rsyslog/pinata.conf") as shipped, open(folder + "/rsyslog.conf", "w") as own:
            text = shipped.read().replace("/var/log/pinata/console", console).replace("/var/log/pinata/events", self.out)
            own.write('global(workDirectory="%s")\n' % folder + text.replace("/etc/rsyslog.d", os.path.abspath("deploy/rsyslog")))
        paths = glob.glob(root + "/usr/lib/*/rsyslog") if root else []
        libraries = dict(os.environ, LD_LIBRARY_PATH=":".join(os.path.dirname(path) for path in paths)) if root else None
        self.process = subprocess.Popen([program, "-n", "-f", folder + "/rsyslog.conf", "-i", folder + "/rsyslogd.pid", *(["-M", paths[0]] if paths else [])],
                                        env=libraries, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def events(self):
        """What it made of the lines so far."""
        if not os.path.exists(self.out):
            return []
        with open(self.out) as lines:
            return [json.loads(line.split(" ", 1)[1]) for line in lines.read().split("\n")[:-1]]

    def stop(self):
        self.process.terminate()
        return self.process.communicate()[1].decode(errors="replace")


def provoke(machine, practice):
    """A win, a refusal, many failures, more connections than places: each kind of event that needs no waiting."""
    port = machine.ports[machines.PRIZE]
    for credential in ("client", "stranger", None):
        clients.openssl(port, credential and practice.credential(credential))
    clients.raw(machine.ports[machines.BACK], b"")
    clients.raw(machine.ports[machines.BACK], b"")
    end = time.monotonic() + SECONDS
    while b"left-out=" not in machine.console() and time.monotonic() < end:
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            list(pool.map(lambda _: clients.raw(port, b"GET / HTTP/1.1\r\n\r\n"), range(FLOOD)))
        clients.openssl(port, practice.credential("client"))        # a win is always told


def main():
    found = find_rsyslogd()
    if not found:
        print("ok 1 - events # SKIP there is no rsyslogd and it could not be fetched: apt-get install rsyslog\n1..1")
        return
    folder = tempfile.mkdtemp(prefix="pinata-events-")
    practice = modules.Practice(folder)
    machine = machines.KINDS[sys.argv[1]](folder, modules.sealed(practice.lines))
    rsyslog = Rsyslog(*found, folder, machine.console_path)
    try:
        if check(machine.wait_up(), "it boots and answers", machine.console()):
            provoke(machine, practice)
            judge(machine, rsyslog)
        check(rsyslog.process.poll() is None, "rsyslogd took the configuration, and runs")
    finally:
        machine.stop()
        words = rsyslog.stop()
    leaks.deliveries(check, practice, machine.console())
    check(words == "", "rsyslogd complains of nothing", words)
    test_full(folder, practice)
    print("1..%d" % tests)


def judge(machine, rsyslog):
    end = time.monotonic() + SECONDS
    lines = machine.console().decode().splitlines()
    while len(rsyslog.events()) < len(lines) and time.monotonic() < end:
        time.sleep(0.05)
    events = rsyslog.events()[:len(lines)]
    check(len(events) == len(lines), "rsyslogd has every line", (len(events), len(lines)))
    wrong, kinds, ready = [], set(), 0
    for line, event in zip(lines, events):
        match = EVENT.match(line)
        if match:
            want = {name.replace("_", "-"): value for name, value in match.groupdict().items() if value is not None}
            kinds.add((want["event"], want["port"], "error" in want, "left-out" in want))
            wrong += [(line, event)] if {name: event.get(name) for name in want} != want or "unparsed-data" in event else []
        elif line.startswith("pinata: ready"):
            ready += event.get("event") == "ready" and event.get("chain") == "regtest" and event.get("address", "").startswith("bcrt1q") and "mode" in event
        elif line.startswith("pinata: image "):
            wrong += [(line, event)] if event.get("image") != line.split()[2] else []
        else:
            wrong += [(line, event)] if event.get("originalmsg") != line or line.startswith("pinata: ") else []
    check(not wrong, "each line's fields are what the line says; no line of ours is strange to it", wrong[:3])
    check(ready == 1, "the line at the start, too", lines[:3])
    plain = {kind[:2] for kind in kinds}
    check({("prize-sent", "10000"), ("tls-failed", "10000"), ("called-back", "10001"), ("refused", "10001")} <= plain and
          any(kind[3] for kind in kinds) and any(kind[2] for kind in kinds), "wins, failures, calls back, refusals, and what was left out", kinds)
    peers = {event["peer"] for event in events if "peer" in event}
    check(peers == {"10.0.2.0/24"}, "the peer is told as a prefix", peers)


def test_full(folder, practice):
    """`event-address full`: address and port."""
    machine = machines.KINDS[sys.argv[1]](folder, modules.sealed(practice.lines + ["event-address full"]), "full")
    try:
        machine.wait_up()
        clients.raw(machine.ports[machines.PRIZE], b"GET / HTTP/1.1\r\n\r\n")
        check(re.search(rb"\npinata: tls-failed port=10000 peer=10\.0\.2\.2:\d+ error=", machine.console()), "event-address full: address and port", machine.console())
    finally:
        machine.stop()


main()
