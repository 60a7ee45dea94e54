#!/usr/bin/python3
"""tests/deploy/redeploy_test.py: deploy/redeploy with real machines in QEMU and a stand-in for systemd (systemctl.py): the
first build, a good one, one that does not boot, one that boots and misbehaves, one that fails after the move, and the
same under a stand-in for xl.  What runs on a real systemd or under a real xl is unchecked.  TAP."""
import hashlib
import http.client
import json
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, "tests/e2e")
import machines  # noqa: E402

IMAGE = "build/virtio/pinata.elf"
PORTS = ("80", "443", "10000", "10002")
tests = 0


def check(good, name, why=""):
    global tests
    tests += 1
    print("%sok %d - %s" % ("" if good else "not ", tests, name), flush=True)
    if not good:
        print("# " + str(why).replace("\n", "\n# "), flush=True)
    return good


def until(look, seconds=90):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if look():
            return True
        time.sleep(0.05)
    return False


class Host:
    """A folder that stands for a host: what deploy/README.md says to install, where it says."""

    def __init__(self, folder, kind):
        self.root, self.kind, self.values = folder, kind, {}
        for name in ("bin", "units", "run", "opt/pinata", "etc/pinata", "var/lib/pinata"):
            os.makedirs(self.path(name))
        for name in ("qemu", "forward", "redeploy", "image-hash"):
            shutil.copy("deploy/" + name, self.path("opt/pinata"))
        shutil.copy("build/san/pinata-tool", self.path("opt/pinata/pinata-tool"))
        for name in ("pinata-qemu@.service", "pinata-forward@.service"):
            shutil.copy("deploy/systemd/" + name, self.path("units"))
        for name in ("systemctl", "xl"):
            shutil.copy("tests/deploy/systemctl.py", self.path("bin/" + name))
        subprocess.run(["deploy/practice", self.path("practice")], check=True)
        shutil.copy(self.path("practice/module"), self.path("etc/pinata/module"))
        free = machines.free_ports(12)
        for name, ports in (("public", free[:4]), ("slot-1", free[4:8]), ("slot-2", free[8:])):
            self.configure(name, HOST="127.0.0.1", **dict(zip(("P" + port for port in PORTS), ports)))
        self.public = free[0]
        subprocess.run(["minisign", "-G", "-W", "-p", self.path("etc/pinata/record.pub"), "-s", self.path("etc/pinata/record.key")],
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
        self.configure("redeploy", KIND=kind, KEEP_S=8, TRY_S=90, EVERY_S=1, MANIFEST="", LIB=self.path("var/lib/pinata"), LOG=self.path("log"),
                       KEY=self.path("etc/pinata/record.key"), PUBLIC_KEY=self.path("etc/pinata/record.pub"))
        for slot in "12":
            with open(self.path("etc/pinata/slot-%s.cfg" % slot), "w") as f:
                f.write('name = "pinata-%s"\nkernel = "%s"\nramdisk = "%s"\n' % (
                    slot, self.path("var/lib/pinata/slot-%s/pinata.elf" % slot), self.path("etc/pinata/module")))
        self.environment = dict(os.environ, FAKE=folder, PINATA_ETC=self.path("etc/pinata"), PATH=self.path("bin") + ":" + os.environ["PATH"])

    def path(self, name):
        return os.path.join(self.root, name)

    def configure(self, name, **values):
        """deploy/etc/NAME with other values: a name that is not in it is a mistake here, but for LIB's."""
        with open("deploy/etc/" + name) as f:
            text = f.read()
        values = self.values.setdefault(name, {}) | values
        self.values[name] = values
        for key, value in values.items():
            text, found = re.subn("^%s=.*$" % key, "%s=%s" % (key, value), text, flags=re.M)
            assert found == 1 or key == "LIB", (name, key)
            text += "LIB=%s\n" % value if key == "LIB" else ""
        with open(self.path("etc/pinata/" + name), "w") as f:
            f.write(text)

    def begin(self, *words):
        self.said = tempfile.NamedTemporaryFile("r", dir=self.root)
        with open(self.said.name, "w") as said:
            return subprocess.Popen([self.path("opt/pinata/redeploy"), *words], env=self.environment, stdin=subprocess.DEVNULL, stdout=said, stderr=said)

    def text(self):
        with open(self.said.name) as f:
            return f.read()

    def redeploy(self, *words):
        return self.begin(*words).wait(400)

    def ask(self, line=None):
        """The build that answers at the public port, or None."""
        try:
            one = line or http.client.HTTPConnection("127.0.0.1", self.public, timeout=20)
            one.request("GET", "/status.json")
            return json.load(one.getresponse())["image_sha256"]
        except (OSError, http.client.HTTPException, ValueError):
            return None

    def running(self):
        """The slots whose machine runs."""
        return [slot for slot in "12" if any(self.pid(name % slot) for name in ("pinata-qemu@%s", "pinata-%s"))]

    def pid(self, name):
        try:
            with open(self.path("run/" + name)) as f:
                pid = int(f.read())
            with open("/proc/%d/stat" % pid) as f:
                return pid if f.read().rsplit(")", 1)[1].split()[0] != "Z" else None
        except (OSError, ValueError):
            return None

    def log(self):
        with open(self.path("log")) as f:
            return f.read()

    def events(self):
        return re.findall(r"event=(\S+) old=(\S+) new=(\S+)", self.log())

    def end(self):
        for name in os.listdir(self.path("run")):
            if self.pid(name):
                os.kill(self.pid(name), signal.SIGTERM)
        until(lambda: not any(self.pid(name) for name in os.listdir(self.path("run"))))


def build(folder, name, *changes):
    """The image with other bytes: its path and its hash."""
    with open(IMAGE, "rb") as f:
        image = f.read()
    for old, new in changes:
        assert image.count(old) >= 1 and len(old) == len(new), old
        image = image.replace(old, new)
    path = os.path.join(folder, name)
    with open(path, "wb") as f:
        f.write(image)
    return path, subprocess.run(["deploy/image-hash", path], stdout=subprocess.PIPE, text=True).stdout.strip()


def segments(elf):
    """(offset, address, bytes) of each program header that loads."""
    phoff, = struct.unpack_from("<Q", elf, 32)
    size, num = struct.unpack_from("<HH", elf, 54)
    headers = [struct.unpack_from("<IIQQQQ", elf, phoff + i * size) for i in range(num)]
    return [(header[2], header[3], header[5]) for header in headers if header[0] == 1]


class Visitors(threading.Thread):
    """Connections that are kept open and asked again and again; one that was answered once must be answered to its end."""

    def __init__(self, host):
        super().__init__()
        self.host, self.enough, self.lines, self.broken, self.met = host, False, [], [], set()
        self.start()

    def run(self):
        while not self.enough:
            line = http.client.HTTPConnection("127.0.0.1", self.host.public, timeout=60)
            first, asked, last = self.host.ask(line), 0, 0.0
            self.met.add(first)
            while first and asked < 4 and not self.enough:
                time.sleep(0.2)
                again, last, asked = self.host.ask(line), time.time(), asked + 1
                if again != first:
                    self.broken.append((first, again, asked))
                    break
            self.lines.append((first, last))
            line.close()


def test_good_builds(host, old, new):
    check(host.redeploy(old[0]) == 0 and host.ask() == old[1], "the first build is deployed", host.text())
    visitors = [Visitors(host) for _ in range(4)]
    until(lambda: all(host.ask() == old[1] for _ in visitors))
    time.sleep(0.5)
    code = host.redeploy(new[0])
    until(lambda: any(new[1] in each.met for each in visitors))
    for each in visitors:
        each.enough = True
        each.join()
    check(code == 0 and host.ask() == new[1], "a good build takes the place of the old one", host.text())
    check([name in host.text() for name in ("slot-2: page: good", "slot-2: proof: good", "slot-2: refusal: good", "slot-2: relay: good",
                                            "public: proof: good")] == [True] * 5, "it was checked before and after", host.text())
    moved = os.stat(host.path("var/lib/pinata/active")).st_mtime
    lines = [line for each in visitors for line in each.lines]
    check(not any(each.broken for each in visitors), "no open connection was cut", [each.broken for each in visitors])
    check(any(first == old[1] and last > moved for first, last in lines) and any(new[1] in each.met for each in visitors),
          "those of the old build went on after the move, new ones met the new build", (moved, lines))
    check(host.running() == ["2"], "the old one is stopped in the end", host.running())
    with open(host.path("run/enabled")) as f:
        enabled = f.read()
    check(host.events() == [("switched", "none", old[1]), ("switched", old[1], new[1])], "both moves are in the record", host.log())
    check(("disable pinata-qemu@1\n" in enabled) == (host.kind == "systemd") and enabled.rstrip().endswith("disable pinata-forward@1"), "the next boot starts the new one", enabled)


def test_checks(host, new):
    """A place where another service answers than should: each check notices what is its own."""
    ports = host.values["slot-2"]
    check(host.redeploy("check", "slot-2", new[0]) == 0, "the checks alone, of a sound machine", host.text())
    for name, wrong in (("page", {"P80": ports["P10000"]}), ("proof", {"P443": ports["P10000"]}), ("refusal", {"P10000": ports["P443"]}),
                        ("relay", {"P10002": ports["P443"]})):
        shutil.copy(host.path("etc/pinata/slot-2"), host.path("etc/pinata/wrong"))
        with open(host.path("etc/pinata/wrong"), "a") as f:
            f.write("".join("%s=%s\n" % pair for pair in wrong.items()))
        code = host.redeploy("check", "wrong", new[0])
        check(code != 0 and "wrong: %s: FAILED" % name in host.text(), "%s: seen where it is wrong" % name, host.text())


def test_bad_builds(host, folder, new, kinds):
    with open(new[0], "rb") as f:
        image = bytearray(f.read())
    entry, = struct.unpack_from("<Q", image, 24)            # PVH's as well
    offset, = (at - vaddr + entry for at, vaddr, size in segments(image) if vaddr <= entry < vaddr + size)
    image[offset:offset + 2] = b"\x0f\x0b"                  # UD2 before there is any handler
    with open(folder + "/dead", "wb") as f:
        f.write(bytes(image))
    records = host.log()
    builds = {
        "that is no image": ("/dev/null", "", None),
        "that does not boot": (folder + "/dead", "slot-1: it does not stay up", None),
        "without pages": (build(folder, "pages", (b"200 OK\0", b"500 OK\0"))[0], "slot-1: no page within", None),
        "whose proofs are of another form": (build(folder, "proofs", (b"pinata-proof-v2", b"pinata-proof-v3"))[0], "slot-1: proof: FAILED", None),
        "that is another than was started": (build(folder, "other", (b"Disallow: /metrics", b"Disallow: /Metrics"))[0], "slot-1: proof: FAILED", IMAGE),
    }
    for name in kinds or builds:
        path, words, instead = builds[name]
        host.environment["FAKE_IMAGE"] = instead and os.path.abspath(instead) or ""
        host.configure("redeploy", TRY_S=10 if "no page" in words else 90)
        code = host.redeploy(path)
        check(code != 0 and words in host.text() and host.ask() == new[1] and host.running() == ["2"], "a build %s never replaces the old one" % name,
              (code, host.text(), host.running()))
    host.environment["FAKE_IMAGE"] = ""
    check(host.log() == records, "and leaves no record", host.log())


def test_after_the_move(host, old, new, kinds):
    """It fails when it is in its place already; somebody asks to go back; redeploy itself is ended."""
    host.configure("redeploy", KEEP_S=900)
    deeds = {
        "that dies after the move": (lambda process: os.kill(host.pid("pinata-qemu@1"), signal.SIGKILL), "the new machine ended"),
        "that hangs after the move": (lambda process: os.kill(host.pid("pinata-qemu@1"), signal.SIGSTOP), "two checks in a row failed"),
        "that somebody dislikes": (lambda process: subprocess.run([host.path("opt/pinata/redeploy"), "back"], env=host.environment,
                                                                  stderr=subprocess.DEVNULL), "asked to go back"),
        "whose redeploy is ended": (lambda process: process.terminate(), "ROLLING BACK"),
    }
    for name in kinds or deeds:
        deed, words = deeds[name]
        process = host.begin(old[0])
        until(lambda: "switched; the old" in host.text() or process.poll() is not None, 300)
        check("switched; the old" in host.text() and host.ask() == old[1], "a build %s gets so far" % name, host.text())
        pid = host.pid("pinata-qemu@1")
        deed(process)
        if "hangs" in name:
            until(lambda: "ROLLING" in host.text(), 300)
            os.kill(pid, signal.SIGCONT)        # so that it can be stopped
        code = process.wait(300)
        check(code != 0 and words in host.text() and host.ask() == new[1] and host.running() == ["2"], "a build %s is rolled back" % name,
              (code, host.text(), host.running()))
        check(host.events()[-2:] == [("switched", new[1], old[1]), ("rolled-back", old[1], new[1])], "and both moves are in the record", host.log())


def test_record(host):
    def verdict(text):
        with open(host.path("copy"), "w") as f:
            f.write(text)
        done = subprocess.run(["deploy/redeploy", "log", host.path("copy"), host.path("etc/pinata/record.pub")], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        return (done.returncode == 0) == ("whole and signed" in done.stdout) and done.returncode == 0

    text = host.log()
    lines = text.splitlines(True)
    check(verdict(text), "the record is whole", text)
    for name, spoilt in (("a line left out", "".join(lines[1:])), ("two lines changed round", "".join(lines[1::-1] + lines[2:])),
                         ("a digit changed", re.sub("new=(.)", lambda found: "new=" + ("1" if found.group(1) == "0" else "0"), text, count=1)),
                         ("a time changed", re.sub("time=2...", "time=1999", text, count=1)),
                         ("the last line's signature from the line before", text[:text.rindex(" signature=")] + lines[-2][lines[-2].index(" signature="):])):
        check(not verdict(spoilt), "%s: seen" % name, spoilt)
    previous = [re.search(r"previous=(\w+)", line).group(1) for line in lines]
    check(previous == ["0" * 64] + [hashlib.sha256(line.rstrip("\n").encode()).hexdigest() for line in lines[:-1]], "each line has the hash of the one before")


def test_host(folder, kind, bad=(), after=()):
    host = Host(os.path.join(folder, kind), kind)
    try:
        old, new = build(folder, "old"), build(folder, "new", (b"Disallow: /events", b"Disallow: /Events"))
        test_good_builds(host, old, new)
        if not bad:             # these wait for services that say nothing
            test_checks(host, new)
        test_bad_builds(host, folder, new, bad)
        if kind == "systemd":
            test_after_the_move(host, old, new, after)
            test_record(host)
        check(host.redeploy("back") != 0 and "nothing is kept" in host.text(), "there is a time after which nobody goes back", host.text())
    finally:
        host.end()


signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended from outside"))        # so that the machines end too
with tempfile.TemporaryDirectory(prefix="pinata-redeploy-") as work:
    if sys.argv[1:] == ["long"]:
        test_host(work, "systemd")
        test_host(work, "xl")
    else:
        test_host(work, "systemd", ("that does not boot", "whose proofs are of another form"), ("that dies after the move",))
print("1..%d" % tests)
