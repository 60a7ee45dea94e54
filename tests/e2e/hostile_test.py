#!/usr/bin/python3
"""tests/e2e/hostile_test.py hosted|image [CONNECTIONS]: crowds that hold places, and a good client among them.  TAP.

Each pattern keeps CONNECTIONS (64) going, from the address that the good client has too: QEMU's and libslirp's
networks know one.  While it goes on a good client gets the prize three times, none slower than two seconds, and a reader the page; at the
end all patterns come together.  With `table` as a third argument the worst times are printed: `make bench-hostile`.
"""
import socket
import ssl
import struct
import sys
import tempfile
import threading
import time

import machines
import modules

LIMIT_S = 2.0
WINS = 3
TRIES = 10 if "table" in sys.argv else 1     # a slow machine among many connections sends some visitors away: the table says how often
ROUND_S = 0.1       # a pattern acts so often
PACE_S = 0.003      # libslirp accepts one at a time: a SYN too many is lost for a second
tests = 0


def check(good, name, why=""):
    global tests
    tests += 1
    print("%sok %d - %s" % ("" if good else "not ", tests, name), flush=True)
    if not good:
        print("# " + str(why)[:2000].replace("\n", "\n# "), flush=True)
    return good


def client_hello():
    """OpenSSL's, as it goes out."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    try:
        context.wrap_bio(incoming, outgoing, server_hostname="pinata").do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


HELLO = client_hello()
REQUEST = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


def records(message, size):
    """A handshake message in records of `size` bytes."""
    parts = [message[at:at + size] for at in range(0, len(message), size)]
    return b"".join(b"\x16\x03\x01" + struct.pack(">H", len(part)) + part for part in parts)


def reset(s):
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    s.close()


# name, port, what is sent at once, what then goes out each round, how the connection is left
class Pattern:
    def __init__(self, name, port, first=b"", drip=b"", shut=False, leave=None, read=False):
        self.name, self.port, self.first, self.drip = name, port, first, drip
        self.shut, self.leave, self.read = shut, leave, read


PATTERNS = (
    Pattern("idle", machines.PRIZE),
    Pattern("half a record header", machines.PRIZE, HELLO[:2]),
    Pattern("half a ClientHello", machines.PRIZE, HELLO[:len(HELLO) // 2]),
    Pattern("one byte a round", machines.PRIZE, HELLO[:1], HELLO[1:2]),
    Pattern("ClientHello only", machines.PRIZE, HELLO),
    Pattern("ClientHello, then half-closed", machines.PRIZE, HELLO, shut=True),
    Pattern("ClientHello, then reset", machines.PRIZE, HELLO, leave=reset),
    Pattern("ClientHello in one-byte records", machines.PRIZE, records(HELLO[5:], 1)),
    Pattern("a record of 16 KiB, half of it", machines.PRIZE, b"\x16\x03\x01\x40\x00\x01\x00\x3f\xfc" + bytes(8000)),
    Pattern("connect and close", machines.PRIZE, leave=socket.socket.close),
    Pattern("connect and reset", machines.PRIZE, leave=reset),
    Pattern("text to the TLS port, then a flood", machines.PRIZE, REQUEST, bytes(4000)),
    Pattern("never read the page", machines.PAGE, REQUEST * 8, REQUEST),
    Pattern("half a request line", machines.PAGE, b"GET /", b"a"),
    Pattern("endless headers", machines.PAGE, b"GET / HTTP/1.1\r\n", b"X: y\r\n"),
    Pattern("page after page", machines.PAGE, REQUEST, REQUEST, read=True),
    Pattern("HTTPS: ClientHello only", machines.WEB, HELLO),
    Pattern("10002, silent", machines.THERE),
    Pattern("10002, a mirror of our hello", machines.THERE, HELLO),
    Pattern("10001, again and again", machines.BACK, leave=socket.socket.close),
)


class Crowd(threading.Thread):
    """Keeps `count` connections of a pattern going until it is told to end."""

    def __init__(self, machine, pattern, count):
        super().__init__(daemon=True)
        self.address, self.pattern, self.count = ("127.0.0.1", machine.ports[pattern.port]), pattern, count
        self.ended = threading.Event()
        self.num_opened = 0

    def open(self):
        s = socket.socket()
        try:
            s.settimeout(1)
            s.connect(self.address)
            s.settimeout(0)
            if self.pattern.first:
                s.send(self.pattern.first)
            if self.pattern.shut:
                s.shutdown(socket.SHUT_WR)
            self.num_opened += 1
            time.sleep(PACE_S)
            if self.pattern.leave:
                self.pattern.leave(s)
                return None
            return s
        except OSError:
            s.close()
            return None

    def alive(self, s):
        """Do this round's part; False if the machine has ended it."""
        try:
            if self.pattern.drip:
                s.send(self.pattern.drip)
            if self.pattern.read:
                s.recv(65536)
            else:
                s.setblocking(False)
                return s.recv(1, socket.MSG_PEEK) != b""
        except BlockingIOError:
            pass
        except OSError:
            return False
        return True

    def run(self):
        sockets = []
        while not self.ended.is_set():
            kept = []
            for s in sockets:
                if self.alive(s):
                    kept.append(s)
                else:
                    s.close()
            new = [self.open() for _ in range(self.count - len(kept)) if not self.ended.is_set()]
            sockets = kept + [s for s in new if s]
            self.ended.wait(ROUND_S)
        for s in sockets:
            s.close()


def win(machine, practice):
    """Seconds from connecting to the prize; None if it did not come."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.load_cert_chain(*practice.credential("client"))
    begin = time.monotonic()
    try:
        with socket.create_connection(("127.0.0.1", machine.ports[machines.PRIZE]), 10) as s, context.wrap_socket(s) as tls:
            text = b""
            while piece := tls.recv(4096):
                text += piece
    except OSError:
        return None
    return time.monotonic() - begin if practice.is_prize(text.decode()) else None


def win_at_last(machine, practice):
    """Who is sent away to make room comes again at once.  Seconds in all, or None; and how often it took."""
    begin = time.monotonic()
    for tries in range(1, TRIES + 1):
        if win(machine, practice) is not None:
            return time.monotonic() - begin, tries
    return None, tries


def main():
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 64
    folder = tempfile.mkdtemp(prefix="pinata-hostile-")
    practice = modules.Practice(folder)
    machine = machines.KINDS[sys.argv[1]](folder, modules.sealed(practice.lines))
    try:
        if check(machine.wait_up(), "it boots and answers", machine.console()):
            for pattern in PATTERNS:
                meet(machine, practice, [pattern], count, pattern.name)
            meet(machine, practice, PATTERNS, count, "all of them, together")
        check(machine.process.poll() is None, "it still runs", machine.console()[-3000:])
    finally:
        machine.stop()
    print("1..%d" % tests)


def meet(machine, practice, patterns, count, name):
    """`count` connections, shared out among the patterns; the good client and a reader of the page come three times."""
    crowds = [Crowd(machine, pattern, count // len(patterns)) for pattern in patterns]
    for crowd in crowds:
        crowd.start()
    end = time.monotonic() + 2 + count / 20
    while any(crowd.num_opened < crowd.count for crowd in crowds) and time.monotonic() < end:
        time.sleep(ROUND_S)
    wins, pages, most = [], [], 0
    for _ in range(WINS):
        took, tries = win_at_last(machine, practice)
        wins.append(took)
        most = max(most, tries)
        pages.append(visit(machine))
        time.sleep(ROUND_S)
    for crowd in crowds:
        crowd.ended.set()
    for crowd in crowds:
        crowd.join(30)
    opened = sum(crowd.num_opened for crowd in crowds)
    good = all(took is not None and took < LIMIT_S for took in wins) and None not in pages
    check(good and opened >= sum(crowd.count for crowd in crowds), "%d x %s" % (count, name), (wins, pages, opened))
    if "table" in sys.argv:
        worst = ["%.0f ms" % (1000 * max(times)) if None not in times else "never" for times in (wins, pages)]
        print("# %-40s %5d connections, %6d opened; worst win %8s in %d tries, worst page %8s" % (name, count, opened, worst[0], most, worst[1]), flush=True)


def visit(machine):
    """Seconds to the whole page; None if it did not come."""
    begin = time.monotonic()
    return time.monotonic() - begin if machine.page().rstrip().endswith(b"</html>") else None


main()
