#!/usr/bin/python3
"""tests/transcripts/record.py [FOLDER]: record the library afresh: one hosted machine, one visit after the other.

Run it when the machine's own bytes have changed (what it draws, its certificates, its messages): then no recorded client can go on
in its handshake.  It writes NAME.transcript for each visit and expected.txt; read the differences of expected.txt
before you commit them: a verdict that changed is what the library is there to show.  FOLDER: tests/transcripts.
"""
import glob
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../e2e"))
import clients      # noqa: E402
import machines     # noqa: E402
import modules      # noqa: E402

REPLAY = "build/pinata-replay"
VISITS = []         # (name, port, function of the visitor)


class Recorded(machines.Hosted):
    program = "build/hosted/pinata"

    def command(self):
        return super().command() + ["--record", self.folder]


def visit(name, port):
    def add(function):
        VISITS.append((name, port, function))
        return function
    return add


def raw(name, port, *pieces, wait=0.0, close=True):
    """A visit of bytes: each piece in a segment of its own, then FIN, then what the machine says."""
    def go(machine, practice):
        with socket.create_connection(("127.0.0.1", machine.ports[port]), 20) as s:
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for piece in pieces:
                s.sendall(piece(s) if callable(piece) else piece)
                time.sleep(0.02)
            if wait:
                s.settimeout(wait)
            else:
                s.settimeout(2)
                if close:
                    s.shutdown(socket.SHUT_WR)
            try:
                while s.recv(4096):
                    pass
            except OSError:
                pass
    VISITS.append((name, port, go))


def hello(version=ssl.TLSVersion.TLSv1_3, name="pinata"):
    """A ClientHello of OpenSSL's, as a record."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.minimum_version = context.maximum_version = version
    out = ssl.MemoryBIO()
    try:
        context.wrap_bio(ssl.MemoryBIO(), out, server_hostname=name).do_handshake()
    except ssl.SSLWantReadError:
        pass
    return out.read()


def record(kind, body, version=0x0303, length=None):
    return bytes([kind]) + version.to_bytes(2, "big") + (len(body) if length is None else length).to_bytes(2, "big") + body


def message(kind, body, length=None):
    return bytes([kind]) + (len(body) if length is None else length).to_bytes(3, "big") + body


HELLO = hello()
CCS = record(20, b"\x01")

# ---- Honest visitors ---------------------------------------------------------------------

PRIZE, WEB, PAGE, THERE = machines.PRIZE, machines.WEB, machines.PAGE, machines.THERE

for _name, _options in (("openssl-wins", ()), ("openssl-wins-chacha20", ("-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256")),
                        ("openssl-wins-p256", ("-groups", "P-256")), ("openssl-wins-after-retry", ("-groups", "P-384:P-256"))):
    visit(_name, PRIZE)(lambda m, p, o=_options: clients.openssl(m.ports[PRIZE], p.credential("client"), *o))
visit("gnutls-wins", PRIZE)(lambda m, p: clients.gnutls(m.ports[PRIZE], p.credential("client")))
visit("openssl-page", WEB)(lambda m, p: subprocess.run(["openssl", "s_client", "-quiet", "-connect", "127.0.0.1:%d" % m.ports[WEB]],
      input=b"GET /robots.txt HTTP/1.0\r\n\r\n", capture_output=True, timeout=30))
visit("curl-page", WEB)(lambda m, p: subprocess.run(["curl", "-sk", "https://127.0.0.1:%d/robots.txt" % m.ports[WEB]], capture_output=True, timeout=30))
visit("curl-plain-page", PAGE)(lambda m, p: subprocess.run(["curl", "-s", "http://127.0.0.1:%d/robots.txt" % m.ports[PAGE]], capture_output=True, timeout=30))
visit("curl-plain-nowhere", PAGE)(lambda m, p: subprocess.run(["curl", "-s", "http://127.0.0.1:%d/wallet.dat" % m.ports[PAGE]], capture_output=True, timeout=30))

# ---- The wrong certificate ---------------------------------------------------------------

visit("openssl-no-certificate", PRIZE)(lambda m, p: clients.openssl(m.ports[PRIZE]))
visit("gnutls-no-certificate", PRIZE)(lambda m, p: clients.gnutls(m.ports[PRIZE]))
for _who in ("stranger", "impostor", "expired", "future", "misused", "nosign", "sub", "mismatch"):
    visit("openssl-" + _who, PRIZE)(lambda m, p, w=_who: clients.openssl(m.ports[PRIZE], p.credential(w)))
visit("gnutls-stranger", PRIZE)(lambda m, p: clients.gnutls(m.ports[PRIZE], p.credential("stranger")))

# ---- Where the machine is the client -----------------------------------------------------


def serve(machine, credential):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*credential)
    link = socket.create_connection(("127.0.0.1", machine.ports[THERE]), 10)
    link.settimeout(10)
    try:
        with context.wrap_socket(link, server_side=True) as tls:
            while tls.recv(4096):
                pass
    except OSError:
        pass


for _who in ("server", "stranger-server", "expired-server", "misused-server"):
    visit("speaks-to-" + _who, THERE)(lambda m, p, w=_who: serve(m, p.credential(w)))
raw("speaks-to-http", THERE, b"HTTP/1.1 400 Bad Request\r\n\r\n")
raw("speaks-to-alert", THERE, record(21, b"\x02\x28"))
raw("speaks-to-its-echo", THERE, lambda s: s.recv(4096))

# ---- Attacks -----------------------------------------------------------------------------

raw("nothing", PRIZE)
raw("garbage", PRIZE, bytes(range(255, 200, -1)))
raw("http-to-tls", PRIZE, b"GET / HTTP/1.1\r\nHost: pinata\r\n\r\n")
raw("tls-to-http", PAGE, HELLO)
raw("ssh-to-tls", WEB, b"SSH-2.0-OpenSSH_9.2p1\r\n")
raw("sslv2-hello", PRIZE, bytes.fromhex("802e0100020015000000100100800300800700c006004002008004008005008000000a") + bytes(16))
raw("alert-first", PRIZE, record(21, b"\x02\x28"))
raw("warning-first", PRIZE, record(21, b"\x01\x5a") * 8)
raw("close-notify-first", PRIZE, record(21, b"\x01\x00"))
raw("data-first", PRIZE, record(23, b"give me the prize"))
raw("heartbleed-first", PRIZE, record(24, b"\x01\x40\x00"))
raw("heartbleed-after-hello", PRIZE, HELLO, record(24, b"\x01\x40\x00"))
raw("early-ccs-first", PRIZE, CCS)
raw("empty-ccs", PRIZE, HELLO, record(20, b""))
raw("two-ccs", PRIZE, HELLO, CCS + CCS)
raw("finished-first", PRIZE, record(22, message(20, bytes(32))))
raw("plain-finished-after-hello", PRIZE, HELLO, CCS + record(22, message(20, bytes(32))))
raw("plain-alert-after-hello", PRIZE, HELLO, record(21, b"\x02\x2a"))
raw("forged-record-after-hello", PRIZE, HELLO, CCS + record(23, bytes(64)))
raw("huge-message", PRIZE, record(22, message(1, b"\x03\x03", 0xffffff)))
raw("huge-record", PRIZE, record(22, b"", length=0xffff))
raw("empty-record", PRIZE, record(22, b""))
raw("old-version-hello", PRIZE, hello(ssl.TLSVersion.TLSv1_2))
raw("hello-twice", PRIZE, HELLO + HELLO)
raw("hello-and-finished-in-one", PRIZE, record(22, HELLO[5:] + message(20, bytes(32)), 0x0301))
raw("hello-with-a-tail", PRIZE, record(22, message(1, HELLO[9:] + b"tail"), 0x0301))
raw("hello-in-crumbs", PRIZE, b"".join(record(22, HELLO[5 + i:6 + i], 0x0301) for i in range(64)) + record(22, HELLO[69:], 0x0301))
raw("half-a-hello", PRIZE, HELLO[:100])
raw("half-a-hello-and-silence", PRIZE, HELLO[:100], wait=15)
raw("silence", PRIZE, wait=15)
raw("request-without-end", PAGE, b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 1000)
raw("request-smuggling", PAGE, b"POST / HTTP/1.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /b HTTP/1.1\r\n\r\n")


def relay(machine, practice):
    """10000 beside 10002 through us: the machine wins its own prize; two transcripts."""
    ends = [socket.create_connection(("127.0.0.1", machine.ports[port]), 10) for port in (PRIZE, THERE)]

    def pump(source, sink):
        try:
            while piece := source.recv(4096):
                sink.sendall(piece)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass
    threads = [threading.Thread(target=pump, args=pair) for pair in (ends, ends[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)


def call_back(machine, practice, credential=None):
    """Knock at 10001 and be the server at the port that it calls."""
    with machines.call_port_alone(), socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", machines.CALL_PORT))
        listener.listen(4)
        listener.settimeout(15)
        socket.create_connection(("127.0.0.1", machine.ports[machines.BACK]), 10).close()
        link, _ = listener.accept()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*practice.credential(credential))
        link.settimeout(10)
        try:
            with context.wrap_socket(link, server_side=True) as tls:
                while tls.recv(4096):
                    pass
        except OSError:
            pass


# ---- Recording ---------------------------------------------------------------------------


def expected(folder):
    """The table of check.py: name, what of the answer is as recorded, verdict."""
    with open(os.path.join(folder, "expected.txt"), "w") as table:
        table.write("# transcript, how much of the recorded answer comes again, verdict: see README.md\n")
        for path in sorted(glob.glob(folder + "/*.transcript")):
            done = subprocess.run([REPLAY, path], capture_output=True, text=True, timeout=120)
            lines = dict(line.split(": ", 1) for line in done.stdout.splitlines() if line.startswith(("answer: ", "verdict: ")))
            same = "-" if lines["verdict"].startswith("page ") else "all" if lines["answer"].startswith("all ") or "none was recorded" in lines["answer"] else lines["answer"].split("the first ")[1].split()[0]
            table.write("%s\t%s\t%s\n" % (os.path.basename(path)[:-11], same, lines["verdict"]))


def wait_for(folder, port, num):
    """The transcripts of `port` that are there, when there are `num`: both ends may take a moment to be done."""
    for _ in range(400):
        found = sorted(glob.glob("%s/*-%d.transcript" % (folder, port)))
        if len(found) >= num:
            return found
        time.sleep(0.05)
    raise TimeoutError("no transcript of port %d came" % port)


def main():
    target = sys.argv[1] if len(sys.argv) > 1 else HERE
    folder = tempfile.mkdtemp(prefix="pinata-record-")
    practice = modules.Practice(folder)
    machine = Recorded.__new__(Recorded)
    machine.folder = folder + "/recorded"
    machine.__init__(folder, modules.sealed(practice.lines), calls_out=True)
    try:
        if not machine.wait_up():
            sys.exit(machine.console().decode())
        for path in wait_for(machine.folder, PAGE, 1):
            os.remove(path)
        for path in glob.glob(target + "/*.transcript"):
            os.remove(path)
        take = lambda name, port: shutil.move(wait_for(machine.folder, port, 1)[0], "%s/%s.transcript" % (target, name))
        for name, port, go in VISITS:
            go(machine, practice)
            take(name, port)
            print(name, flush=True)
        relay(machine, practice)
        take("relay-server", PRIZE)
        take("relay-client", THERE)
        for name in ("server", "stranger-server"):
            call_back(machine, practice, name)
            os.remove(wait_for(machine.folder, machines.BACK, 2)[0])
            take("calls-" + name, machines.BACK)
            time.sleep(2.5)         # appliance/limits.h, BACKS_PAUSE_NS
    finally:
        machine.stop()
        shutil.rmtree(folder)
    expected(target)


main()
