#!/usr/bin/python3
"""tests/e2e/pages_test.py hosted|image: the public pages, over HTTP and HTTPS, met by good and bad clients.  TAP."""
import html.parser
import http.client
import json
import re
import socket
import ssl
import sys
import tempfile

import machines
import modules

PATHS = ["/", "/ca.pem", "/status.json", "/metrics", "/events", "/events.json", "/scoreboard", "/robots.txt",
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


def test_paths(machine):
    bodies = {}
    for path in PATHS:
        connection = http.client.HTTPConnection("127.0.0.1", machine.ports[machines.PAGE], timeout=10)
        response, body = get(connection, path)
        head, nothing = get(connection, path, "HEAD")
        check(response.status == 200 and body and len(body) < 40000 and head.status == 200 and not nothing
              and abs(int(head.headers["Content-Length"]) - len(body)) < 200,
              "%s: GET and HEAD on one connection" % path, (response.status, len(body), head.headers))
        bodies[path] = body
        connection.close()
    return bodies


def test_contents(bodies, practice):
    status = json.loads(bodies["/status.json"])
    check(set(status) == {"format", "address", "chain", "mode", "version", "build_id", "image_sha256", "boot_time", "uptime_s", "authorities_sha256", "statement"}
          and set(status["authorities_sha256"]) == {"web", "server", "peer"}
          and all(re.fullmatch("[0-9a-f]{64}", each) for each in [status["image_sha256"], *status["authorities_sha256"].values()])
          and status["chain"] == "regtest" and status["address"].startswith("bcrt1q")
          and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", status["boot_time"]), "status.json: its schema", status)
    check(status["address"] in bodies["/"] and status["image_sha256"] in bodies["/"] and "This is practice" in bodies["/"],
          "the front page says the same", bodies["/"])
    check("<svg class=\"qr\"" in bodies["/"] and "M0 0h21v1h-21z" in bodies["/"], "the front page has the QR code", "")
    events = json.loads(bodies["/events.json"])
    check(events["format"] == "pinata-events 1" and isinstance(events["events"], list), "events.json: its schema", events)
    sample = re.compile(r'(# (HELP|TYPE) pinata_[a-z_]+ .+|pinata_[a-z_]+(\{[a-z]+="[^"\\]*"(,[a-z]+="[^"\\]*")*\})? \d+)')
    bad = [line for line in bodies["/metrics"].splitlines() if not sample.fullmatch(line)]
    check(not bad and bodies["/metrics"].endswith("\n"), "metrics: every line is Prometheus text", bad)
    check("Contact: " + CONTACT in bodies["/.well-known/security.txt"], "security.txt: the contact", bodies["/.well-known/security.txt"])
    for path in ("/", "/events", "/scoreboard"):
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
        check(answer.startswith(b"HTTP/1.1 " + status) and b"passwd" not in answer and b"script>" not in answer,
              "%s: %s, nothing echoed" % (name, status.decode()), answer[:400])


def test_after(machine):
    """What happened shows: a failed handshake as a class, an event and a bar."""
    connection = http.client.HTTPConnection("127.0.0.1", machine.ports[machines.PAGE], timeout=10)
    raw(machine.ports[machines.PRIZE], b"GET / HTTP/1.1\r\n\r\n")
    metrics, events, board = [get(connection, path)[1] for path in ("/metrics", "/events.json", "/scoreboard")]
    events = [each for each in json.loads(events)["events"] if each["port"] == 10000 and each["event"] == "tls-failed"]
    check(events and events[0]["from"] == "10.0.2.0/24", "the event is listed, its address cut", events)
    name = events[0]["error"] if events else "?"
    check('pinata_tls_failures_total{class="%s"}' % name in metrics and name in board, "it is counted and drawn", name)


main()
