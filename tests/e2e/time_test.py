#!/usr/bin/python3
"""
tests/e2e/time_test.py hosted|image: time leaps, and the renewal of the identity while handshakes are open.  TAP.

hosted: its clocks are leap.c's, so a year passes at once.  Handshakes are held between the server's flight and the
client's: they end well under the certificates with which they began, while new visitors meet new ones.
image: it reads the clock once, at boot, so it is booted in other years.
"""
import base64
import concurrent.futures
import hashlib
import json
import mmap
import os
import re
import select
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request

import clients
import leaks
import machines
import modules
import servers

DAY = 86400
HELD = 20               # handshakes that are open when the identity is renewed
PAUSE = 3600            # IDENTITY_PAUSE_NS of appliance/limits.h
CHORE = 60              # MAIN_CHORES_NS
TRIES = 10
DEADLINE = 10           # SESSION_FIRST_BYTE_NS, SESSION_HANDSHAKE_NS, SESSION_REQUEST_NS
tests = 0


def check(good, name, why=""):
    global tests
    tests += 1
    print("%sok %d - %s" % ("" if good else "not ", tests, name), flush=True)
    if not good:
        print("# " + str(why)[:2000].replace("\n", "\n# "), flush=True)
    return good


class Leaping(machines.Hosted):
    """The hosted build with clocks that the test moves.  Not the one with sanitizers: they want to be loaded first."""
    program = "build/hosted/pinata"

    def environment(self):
        folder = os.path.dirname(self.module)
        library, leaps = folder + "/leap.so", folder + "/leaps"
        subprocess.run(["gcc", "-shared", "-fPIC", "-o", library, "tests/e2e/leap.c"], check=True)
        with open(leaps, "w+b") as file:
            file.write(bytes(4096))
            file.flush()
            self.leaps = mmap.mmap(file.fileno(), 4096)
        return dict(os.environ, LD_PRELOAD=library, LEAP=leaps)

    def leap(self, wall, monotonic):
        """From the true time, in seconds."""
        struct.pack_into("<qq", self.leaps, 0, int(wall), int(monotonic))


class Held:
    """A client that has the server's flight and has not sent its own."""

    def __init__(self, port, credential):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.load_cert_chain(*credential)
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing)
        self.socket = socket.create_connection(("127.0.0.1", port), 20)
        self.flight = None
        while self.flight is None:
            try:
                self.tls.do_handshake()
                self.flight = self.outgoing.read()
            except ssl.SSLWantReadError:
                self.socket.sendall(self.outgoing.read())
                self.incoming.write(self.socket.recv(8192))

    def certificate(self):
        return hashlib.sha256(self.tls.getpeercert(binary_form=True)).hexdigest()

    def finish(self):
        """Send the flight and read all."""
        text = b""
        try:
            self.socket.sendall(self.flight)
            while piece := self.socket.recv(8192):
                self.incoming.write(piece)
            while piece := self.tls.read(4096):
                text += piece
        except (OSError, ssl.SSLError):
            pass
        self.socket.close()
        return leaks.hear(text.decode(errors="replace"))


def patient(ask):
    """A leap ends connections: then ask again."""
    def asked(*words):
        for _ in range(TRIES):
            try:
                return ask(*words)
            except OSError:
                time.sleep(0.1)
        return ask(*words)
    return asked


@patient
def get(machine, path):
    with urllib.request.urlopen("http://127.0.0.1:%d%s" % (machine.ports[machines.PAGE], path), timeout=20) as answer:
        return answer.read()


@patient
def leaf(machine):
    """The web role's certificate as a visitor meets it: its hash and its dates."""
    pem = ssl.get_server_certificate(("127.0.0.1", machine.ports[machines.WEB]), timeout=20)
    done = subprocess.run(["openssl", "x509", "-noout", "-startdate", "-enddate"], input=pem, stdout=subprocess.PIPE, text=True, check=True)
    dates = [ssl.cert_time_to_seconds(line.split("=")[1]) for line in done.stdout.splitlines()]
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest(), dates


def authority(machine):
    """The hash of the web authority in /ca.pem, and what /status.json and the statement in it say."""
    pem = re.search(rb"-----BEGIN CERTIFICATE-----\n(.*?)-----END", get(machine, "/ca.pem"), re.S).group(1)
    status = json.loads(get(machine, "/status.json"))
    return (hashlib.sha256(base64.b64decode(pem)).hexdigest(), status["authorities_sha256"]["web"],
            re.search(r" ca=sha256:([0-9a-f]{64}) ", status["statement"]["text"]).group(1), status["statement"]["signature"])


def valid_at(dates, when):
    return dates[0] <= when <= dates[1]


def until(fact, seconds=30):
    """Wait for fact().  Asking wakes the machine, which sleeps until a time that has leapt."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if fact():
            return True
        time.sleep(0.02)
    return False


def test_deadlines(machine):
    """Who is slow in any of four ways is there two seconds before his deadline, and gone after it: seen from outside."""
    slow = {"no first byte": (machines.PRIZE, b""), "half a ClientHello": (machines.PRIZE, b"\x16\x03\x01\x02\x00\x01"),
            "half a request": (machines.PAGE, b"GET / HTTP/1.1\r\nHost:"), "no second request": (machines.PAGE, b"GET /robots.txt HTTP/1.1\r\nHost: a\r\n\r\n")}
    sockets = {name: socket.create_connection(("127.0.0.1", machine.ports[port]), 20) for name, (port, _) in slow.items()}
    for name, s in sockets.items():
        s.sendall(slow[name][1])
    check(b"User-agent" in sockets["no second request"].recv(4096), "a connection is kept for another request")
    before = machine.console().count(b"timed-out")
    machine.leap(0, DEADLINE - 2)
    get(machine, "/")
    check(machine.console().count(b"timed-out") == before and not select.select(sockets.values(), [], [], 0.2)[0], "before their deadline the slow are there")
    for turn in range(1, 4):        # what a slow host brought late has its time from then
        machine.leap(0, turn * (DEADLINE + 2))
        get(machine, "/")
        if until(lambda: machine.console().count(b"timed-out") == before + len(slow), 5):
            break
    check(machine.console().count(b"timed-out") == before + len(slow), "at it they are ended, each with its event", machine.console()[-500:])
    check(all(ended(s) for s in sockets.values()), "and they see it: %s" % ", ".join(slow))


def ended(s):
    try:
        return s.recv(1) == b""
    except ConnectionError:
        return True
    except TimeoutError:
        return False


def test_renewal(machine, practice):
    """A year passes while handshakes are open and the pages are read."""
    port, credential = machine.ports[machines.PRIZE], practice.credential("client")
    first, (one_leaf, dates) = authority(machine), leaf(machine)
    now = time.time()
    check(first[0] == first[1] == first[2], "the statement names the authority of ca.pem", first)
    check(abs(dates[0] - now + DAY) < 600 and abs(dates[1] - now - 398 * DAY) < 600, "from a day before the boot to 398 days after it", dates)
    machine.leap(0, CHORE - 4)          # so that a chore comes in the life of what is opened now
    machine.page()
    held = [Held(port, credential) for _ in range(HELD)]
    relayed = half_relay(machine)
    machine.leap(369 * DAY, CHORE + 1)
    reader = concurrent.futures.ThreadPoolExecutor(4)
    pages = [reader.submit(get, machine, "/") for _ in range(40)]
    check(until(lambda: authority(machine)[0] != first[0]), "a month before the end there is another authority", authority(machine))
    second, (two_leaf, dates) = authority(machine), leaf(machine)
    check(second[0] == second[1] == second[2] and second[3] != first[3], "with a statement made anew that names it", (first, second))
    check(two_leaf != one_leaf and valid_at(dates, now + 369 * DAY), "and another leaf, valid now", dates)
    fresh = Held(port, credential)
    check(fresh.certificate() not in {one.certificate() for one in held}, "new connections meet a new certificate")
    check(not practice.is_prize(fresh.finish()), "and who is expired by then is refused")
    return held, pages, relayed


def half_relay(machine):
    """10002's hello has been relayed to 10000, whose flight waits to be relayed back."""
    one, two = (socket.create_connection(("127.0.0.1", machine.ports[port]), 20) for port in (machines.PRIZE, machines.THERE))
    one.sendall(two.recv(4096))
    select.select([one], [], [], 20)
    return one, two


def test_held(machine, practice, held, pages, relayed):
    before = machine.console().count(b"prize-sent port=10002")
    servers.relay(*relayed)
    check(machine.console().count(b"prize-sent port=10002") == before + 1, "the machine's own old certificates are good among themselves, relayed",
          machine.console()[-300:])
    texts = [one.finish() for one in held]
    check(all(practice.is_prize(text) for text in texts) and len({one.certificate() for one in held}) == 1,
          "%d handshakes that were open end well under the old one" % HELD, [text[:60] for text in texts])
    check(all(b"bcrt1q" in page.result() for page in pages), "and every page was answered meanwhile")


def test_back(machine, practice):
    """The clock leaps back: nobody would believe certificates that have not begun."""
    second = authority(machine)[0]
    machine.leap(0, CHORE + 1 + CHORE)
    machine.page()
    check(authority(machine)[0] == second, "the clock leaps back: not renewed at once again")
    machine.leap(0, CHORE + 1 + PAUSE + CHORE)
    check(until(lambda: authority(machine)[0] != second), "but after an hour")
    _, dates = leaf(machine)
    check(valid_at(dates, time.time()), "and valid then", dates)
    answer = clients.openssl(machine.ports[machines.PRIZE], practice.credential("client"))
    check(practice.is_prize(answer.data), "who holds a good certificate wins again", answer)


def hosted(folder, practice):
    machine = Leaping(folder, modules.sealed(practice.lines))
    try:
        if check(machine.wait_up(), "it boots and answers", machine.console()):
            test_deadlines(machine)
            test_held(machine, practice, *test_renewal(machine, practice))
            test_back(machine, practice)
            for hours, wall in ((3, -40 * 365 * DAY), (6, 60 * 365 * DAY)):
                machine.leap(wall, hours * PAUSE)
                check(until(lambda: valid_at(leaf(machine)[1], time.time() + wall)), "a leap of %d years: it answers with certificates of that time" %
                      (wall // (365 * DAY)), leaf(machine))
        check(machine.process.poll() is None, "it still runs", machine.console()[-2000:])
    finally:
        machine.stop()
    leaks.deliveries(check, practice, machine.console(), unread=2)      # the relay's


def image(folder, practice):
    for name, base, alert in (("past", "2001-02-28T23:59:50", 45), ("future", "2070-12-31T23:59:50", 45)):
        machine = Booted(folder, modules.sealed(practice.lines), name, base)
        try:
            if check(machine.wait_up(), "booted in the %s it answers" % name, machine.console()):
                _, dates = leaf(machine)
                then = ssl.cert_time_to_seconds(time.strftime("%b %d %H:%M:%S %Y GMT", time.strptime(base, "%Y-%m-%dT%H:%M:%S")))
                check(abs(dates[0] - then + DAY) < 600 and abs(dates[1] - then - 398 * DAY) < 600, "its certificates are of that time", (base, dates))
                answer = clients.openssl(machine.ports[machines.PRIZE], practice.credential("client"))
                check(answer.alert == alert and answer.data == "", "there, a certificate of our days is not valid", answer)
        finally:
            machine.stop()


class Booted(machines.Image):
    def __init__(self, folder, module, name, base):
        self.base = base
        super().__init__(folder, module, name)

    def command(self):
        return super().command() + ["-rtc", "base=" + self.base]


def main():
    folder = tempfile.mkdtemp(prefix="pinata-time-")
    practice = modules.Practice(folder)
    {"hosted": hosted, "image": image}[sys.argv[1]](folder, practice)
    print("1..%d" % tests)


main()
