#!/usr/bin/python3
"""tests/e2e/pages_test.py hosted|image: the public pages, over HTTP and HTTPS, met by good and bad clients.  TAP."""
import copy
import html.parser
import http.client
import json
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile

import machines
import modules
import schema

PATHS = ["/", "/handshake", "/ca.pem", "/status.json", "/metrics", "/events", "/events.json", "/scoreboard", "/robots.txt",
         "/.well-known/security.txt"]
CONTACT = "mailto:pinata@example.org"
QR = "21 " + "ff" * 55 + "80"
tests = 0


def check(good, name, why=""):
    global tests
    tests += 1
    print("%sok %d - %s" % ("" if good else "not ", tests, name), flush=True)
    if not good:
        print("# " + str(why)[:2000].replace("\n", "\n# "), flush=True)
    return good


class Page(html.parser.HTMLParser):
    """Every tag is closed in order; what it links to, and its text."""
    VOID = {"meta", "link"}

    def __init__(self, text):
        super().__init__()
        self.open, self.links, self.tags, self.wrong = [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("href", "src")]
        self.wrong += [name for name, _ in attrs if name.startswith("on") or name == "style"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append("/" + tag)


def main():
    folder = tempfile.mkdtemp(prefix="pinata-pages-")
    practice = modules.Practice(folder)
    lines = practice.lines + ["qr " + QR, "contact " + CONTACT]
    machine = machines.KINDS[sys.argv[1]](folder, modules.sealed(lines))
    try:
        if check(machine.wait_up(), "it boots and answers", machine.console()):
            bodies = test_paths(machine)
            test_contents(bodies, practice)
            test_tls(machine, bodies)
            test_handshake(machine)
            test_one_connection(machine)
            test_broken(machine)
            test_after(machine)
        check(machine.process.poll() is None, "it still runs", machine.console()[-3000:])
    finally:
        machine.stop()
    print("1..%d" % tests)


def get(connection, path, method="GET"):
    connection.request(method, path)
    response = connection.getresponse()
    return response, response.read().decode("ascii")


def headers_of(response):
    """All of them in order.  Counters grow between two requests: lengths may differ by some digits."""
    return [(name, "?" if name == "Content-Length" else value) for name, value in response.getheaders()]


def test_paths(machine):
    bodies = {}
    for path in PATHS:
        connection = http.client.HTTPConnection("127.0.0.1", machine.ports[machines.PAGE], timeout=10)
        response, body = get(connection, path)
        head, nothing = get(connection, path, "HEAD")
        lengths = [int(each.headers["Content-Length"]) for each in (response, head)]
        check(response.status == 200 and body and lengths[0] == len(body) < 40000 and head.status == 200 and not nothing
              and headers_of(response) == headers_of(head) and abs(lengths[1] - lengths[0]) < 200
              and "default-src 'none'" in head.headers["Content-Security-Policy"] and "script-src" not in head.headers["Content-Security-Policy"],
              "%s: GET and HEAD on one connection, the same headers, %d bytes" % (path, len(body)),
              (response.status, len(body), response.getheaders(), head.getheaders()))
        bodies[path] = body
        connection.close()
    return bodies


def test_contents(bodies, practice):
    status = json.loads(bodies["/status.json"])
    wrong = schema.wrong(status, schema.load("deploy/schema/status.json"))
    check(not wrong and status["image_sha256"].startswith(status["build_id"]) and status["chain"] == "regtest",
          "status.json: deploy/schema/status.json", (wrong, status))
    spoilt = copy.deepcopy(status)
    spoilt["authorities_sha256"]["web"] = spoilt["address"] = "AB"
    del spoilt["boot_time"]
    check(len(schema.wrong(spoilt, schema.load("deploy/schema/status.json"))) == 3, "status.json: the schema would notice", spoilt)
    check(status["address"] in bodies["/"] and status["image_sha256"] in bodies["/"] and "This is practice" in bodies["/"],
          "the front page says the same", bodies["/"])
    check("<svg class=\"qr\"" in bodies["/"] and "M0 0h21v1h-21z" in bodies["/"], "the front page has the QR code", "")
    events = json.loads(bodies["/events.json"])
    wrong = schema.wrong(events, schema.load("deploy/schema/events.json"))
    check(not wrong, "events.json: deploy/schema/events.json", (wrong, events))
    sample = re.compile(r'(# (HELP|TYPE) pinata_[a-z_]+ .+|pinata_[a-z_]+(\{[a-z]+="[^"\\]*"(,[a-z]+="[^"\\]*")*\})? \d+)')
    bad = [line for line in bodies["/metrics"].splitlines() if not sample.fullmatch(line)]
    check(not bad and bodies["/metrics"].endswith("\n"), "metrics: every line is Prometheus text", bad)
    check("Contact: " + CONTACT in bodies["/.well-known/security.txt"], "security.txt: the contact", bodies["/.well-known/security.txt"])
    for path in ("/", "/events", "/scoreboard", "/handshake"):
        page = Page(bodies[path])
        links = [link for link in page.links if link.startswith("/")]
        check(not page.open and not page.wrong and "script" not in page.tags and all(link in PATHS for link in links) and len(links) >= 6,
              "%s: tags nest, links lead somewhere, no script" % path, (page.open, page.wrong, page.links))
    text = "".join(bodies.values()).encode()
    found = practice.found(text)
    check(not found, "no form of the key in any page", found)


def test_tls(machine, bodies):
    """Verified against /ca.pem by name; with no certificate of ours; TLS where HTTP is expected and the other way."""
    port = machine.ports[machines.WEB]
    context = ssl.create_default_context(cadata=bodies["/ca.pem"])
    plain = socket.create_connection(("127.0.0.1", port), 10)
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=10)
    connection.sock = context.wrap_socket(plain, server_hostname="pinata")
    response, body = get(connection, "/status.json")
    check(response.status == 200 and connection.sock.version() == "TLSv1.3"
          and json.loads(body)["address"] == json.loads(bodies["/status.json"])["address"],
          "HTTPS: verified against /ca.pem, the same status", body)
    same = [get(connection, path)[0].status for path in PATHS]
    check(same == [200] * len(PATHS), "HTTPS: every page on one connection", same)
    connection.close()
    wrong = ssl.create_default_context(cadata=bodies["/ca.pem"])
    try:
        with socket.create_connection(("127.0.0.1", machine.ports[machines.PRIZE]), 10) as s:
            wrong.wrap_socket(s, server_hostname="another")
        check(False, "a wrong name is noticed")
    except ssl.SSLCertVerificationError as error:
        check("Hostname mismatch" in str(error), "a wrong name is noticed", error)
    check(b"200 OK" not in raw(port, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"), "HTTP on the TLS port is refused")


OUR_CCS = (False, "changecipherspec", 1)


def drawn(port, *options):
    """/handshake as OpenSSL fetches it: the page, its rows (from the client, message, bytes), and the same as OpenSSL tells."""
    with tempfile.NamedTemporaryFile("r") as told:
        command = ["openssl", "s_client", "-connect", "127.0.0.1:%d" % port, "-quiet", "-ign_eof", "-msg", "-msgfile", told.name, *options]
        request = b"GET /handshake HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        page = subprocess.run(command, input=request, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60).stdout.decode(errors="replace")
        words = re.findall(r"(?m)^(<<<|>>>) TLS 1\.\d, (Handshake|ChangeCipherSpec)[^\[\n]*\[length ([0-9a-f]+)\](?:, (\w+))?", told.read())
    rows = re.findall(r"<tr><td>[0-9.]+</td><td>(you|Pi&ntilde;ata)</td><td>([A-Za-z_]+)</td><td>(\d+)</td>", page)
    rows = [(who == "you", name.replace("HelloRetryRequest", "ServerHello").replace("_", "").lower(), int(size)) for who, name, size in rows]
    words = [(way == ">>>", (name or kind).lower(), int(size, 16)) for way, kind, size, name in words]
    return page, rows, [word for word in words if word != OUR_CCS]


def test_handshake(machine):
    """The page tells of each message what OpenSSL tells of it (but for our change_cipher_spec, of which 3.0 is silent and 3.5
    speaks where it likes); and it names what OpenSSL was told to offer."""
    port = machine.ports[machines.WEB]
    page, rows, told = drawn(port)
    check(rows[2:3] == [OUR_CCS] and rows[:2] + rows[3:] == told and len(rows) == 9, "/handshake: each message with its length, as OpenSSL saw them", (rows, told, page[-3000:]))
    check("0x1301 TLS_AES_128_GCM_SHA256</code> <strong>chosen" in page and "0x001d x25519</code> <strong>chosen" in page
          and page.count("<strong>chosen") == 5 and "0x0303 TLS 1.2</code></li>" in page, "/handshake: what OpenSSL offers, and what was chosen", page[-6000:])
    page, rows, told = drawn(port, "-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256", "-groups", "P-384:P-256", "-tls1_3")
    check(rows[2:3] == [OUR_CCS] and rows[:2] + rows[3:] == told and len(rows) == 11 and "HelloRetryRequest" in page,
          "/handshake: a retry is drawn, each message with its length", (rows, told))
    check("0x1303 TLS_CHACHA20_POLY1305_SHA256</code> <strong>chosen" in page and "0x0017 secp256r1</code> <strong>chosen" in page
          and "0x0018 secp384r1</code></li>" in page and "<h3>Versions (1)</h3>" in page and "sent no key share" in page,
          "/handshake: other suites and groups", page[-6000:])


def raw(port, text, timeout=10):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout) as s:
            s.sendall(text)
            answer = b""
            while piece := s.recv(4096):
                answer += piece
            return answer
    except OSError as error:
        return repr(error).encode()


def raw_tls(port, text):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", port), 10) as s, context.wrap_socket(s) as over:
        over.sendall(text)
        answer = b""
        while piece := over.recv(4096):
            answer += piece
        return answer


def test_one_connection(machine):
    """Pipelined, cut anywhere, capped."""
    one, last = b"GET /robots.txt HTTP/1.1\r\nHost: a\r\n\r\n", b"GET /robots.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    port = machine.ports[machines.PAGE]
    check(raw(port, one * 4 + last).count(b"HTTP/1.1 200 OK") == 5, "five requests in one piece, five answers")
    answer = raw(port, one * 40)
    check(answer.count(b"HTTP/1.1 200 OK") == 32 and answer.count(b"Connection: close") == 1, "forty requests: 32 answers, then the end",
          answer.count(b"HTTP/1.1 200 OK"))
    with socket.create_connection(("127.0.0.1", port), 10) as s:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in last:
            s.send(bytes([byte]))
        answer = b""
        while piece := s.recv(4096):
            answer += piece
    check(answer.count(b"HTTP/1.1 200 OK") == 1, "a request byte by byte", answer)


def test_broken(machine):
    port = machine.ports[machines.PAGE]
    cases = ((b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n", b"400", "a ClientHello"),
             (b"GET / HTTP/3.0\r\n\r\n", b"400", "another version"),
             (b"GET /../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n" b"GET / HTTP/1.0\r\n\r\n", b"404", "a path that climbs"),
             (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + b"x" * 60000, b"405", "a long body"),
             (b"GET /" + b"a" * 300 + b" HTTP/1.1\r\n", b"414", "a long line"),
             (b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 1000 + b"\r\n", b"400", "long headers"),
             (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"400", "two hosts"),
             (b"GET / HTTP/1.1\r\nHost: a\x00\r\n\r\n", b"400", "a zero byte"),
             (b"<script>alert(1)</script> / HTTP/1.1\r\n\r\n", b"400", "markup"))
    for text, status, name in cases:
        answer = raw(port, text)
        check(answer.startswith(b"HTTP/1.1 " + status) and b"passwd" not in answer and b"script>" not in answer and (len(answer) < 600 or status == b"404")
              and (b"Connection: close" in answer or status == b"404") and (b"Allow: GET, HEAD" in answer) == (status == b"405"),
              "%s: %s, short, nothing echoed" % (name, status.decode()), answer[:400])
    for text, status in ((b"GET /nothing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", b"404"), (b"PUT / HTTP/1.1\r\nHost: a\r\n\r\n", b"405"),
                         (b"HEAD /handshake HTTP/1.1\r\n\r\n", b"400"), (b"GET /" + b"a" * 300 + b" HTTP/1.1\r\n\r\n", b"414")):
        answer = raw_tls(machine.ports[machines.WEB], text)
        check(answer.startswith(b"HTTP/1.1 " + status), "the same over TLS: " + status.decode(), answer[:400])


def test_after(machine):
    """What happened shows: a failed handshake as a class, an event and a bar."""
    connection = http.client.HTTPConnection("127.0.0.1", machine.ports[machines.PAGE], timeout=10)
    raw(machine.ports[machines.PRIZE], b"GET / HTTP/1.1\r\n\r\n")
    metrics, events, board = [get(connection, path)[1] for path in ("/metrics", "/events.json", "/scoreboard")]
    wrong = schema.wrong(json.loads(events), schema.load("deploy/schema/events.json"))
    check(not wrong and json.loads(events)["events"], "events.json, with events: deploy/schema/events.json", wrong)
    events = [each for each in json.loads(events)["events"] if each["port"] == 10000 and each["event"] == "tls-failed"]
    check(events and events[0]["from"] == "10.0.2.0/24", "the event is listed, its address cut", events)
    name = events[0]["error"] if events else "?"
    check('pinata_tls_failures_total{class="%s"}' % name in metrics and name in board, "it is counted and drawn", name)
    if not shutil.which("promtool"):
        check(True, "promtool check metrics, with failures # SKIP no promtool on this machine: apt-get install prometheus")
        return
    done = subprocess.run(["promtool", "check", "metrics"], input=metrics.encode(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
    check(done.returncode == 0 and not done.stdout, "promtool check metrics, with failures", done.stdout)


main()
