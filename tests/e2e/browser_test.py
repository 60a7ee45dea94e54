#!/usr/bin/python3
"""tests/e2e/browser_test.py hosted|image [pictures]: the pages in a real browser, Chromium, headless.  TAP.

Every page over HTTP and HTTPS, on a desktop and on a telephone, light and dark: no complaint on its console, nothing to scroll
sideways, every link ends somewhere, and what browser_checks.js asks.  Screenshots: build/screenshots.  With `pictures` it
makes tests/e2e/pictures anew, for the README, and tests nothing.  AXE=axe.min.js adds the complaints of axe-core.
"""
import base64
import ctypes
import ctypes.util
import hashlib
import os
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import urllib.parse

import browser
import machines
import modules
import png

HTML = {"/": "front", "/handshake": "handshake", "/scoreboard": "scoreboard", "/events": "events"}
OTHERS = ["/ca.pem", "/status.json", "/metrics", "/events.json", "/robots.txt", "/.well-known/security.txt"]
LOOKS = [(1000, 800, False), (1000, 800, True), (390, 844, False), (390, 844, True)]
NARROWEST = 320     # WCAG 2.2, 1.4.10
PICTURES = "tests/e2e/pictures"
HERE = os.path.dirname(os.path.abspath(__file__))
tests = 0


def check(good, name, why=""):
    global tests
    tests += 1
    print("%sok %d - %s" % ("" if good else "not ", tests, name), flush=True)
    if not good:
        print("# " + str(why)[:3000].replace("\n", "\n# "), flush=True)


def qr_line(text):
    """A module's line with the QR code of a text, as pinata-tool provision writes it."""
    class Code(ctypes.Structure):
        _fields_ = [("version", ctypes.c_int), ("width", ctypes.c_int), ("data", ctypes.POINTER(ctypes.c_ubyte))]
    library = ctypes.CDLL(ctypes.util.find_library("qrencode") or "libqrencode.so.4")
    library.QRcode_encodeString.restype = ctypes.POINTER(Code)
    code = library.QRcode_encodeString(text.encode(), 0, 1, 2, 1).contents
    bits = "".join(str(code.data[i] & 1) for i in range(code.width ** 2))
    bits += "0" * (-len(bits) % 8)
    return "qr %d %s" % (code.width, bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8)).hex())


def spki_of(port):
    """Base64 of SHA-256 of the public key that the machine shows on 443."""
    pem = ssl.get_server_certificate(("127.0.0.1", port), timeout=60)
    key = subprocess.run(["openssl", "x509", "-pubkey", "-noout"], input=pem.encode(), stdout=subprocess.PIPE, check=True).stdout
    der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "DER"], input=key, stdout=subprocess.PIPE, check=True).stdout
    return base64.b64encode(hashlib.sha256(der).digest()).decode()


def traffic(machine):
    """Some who try and fail, so that scoreboard and events have something to show."""
    hello, alert = b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00", b"\x15\x03\x01\x00\x02\x02\x28"
    for guest, data in ((machines.PRIZE, b"GET / HTTP/1.1\r\n\r\n"), (machines.PRIZE, hello), (machines.WEB, alert),
                        (machines.PRIZE, alert), (machines.THERE, alert), (machines.WEB, b"\x16\x03\x01\xff\xff")):
        try:
            with socket.create_connection(("127.0.0.1", machine.ports[guest]), 20) as s:
                s.sendall(data)
                while s.recv(4096):
                    pass
        except OSError:
            pass
    subprocess.run(["openssl", "s_client", "-connect", "127.0.0.1:%d" % machine.ports[machines.PRIZE]], stdin=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)


def complaints(events):
    """What a developer would see on the console: messages, exceptions, blocked things."""
    found = []
    for event in events:
        if event["method"] == "Log.entryAdded":
            found.append(event["params"]["entry"]["text"])
        elif event["method"] in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown"):
            found.append(str(event["params"]))
        elif event["method"] == "Network.loadingFailed" and not event["params"].get("canceled"):
            found.append(str(event["params"]))
    return found


def look_at(page, bases, practice):
    """Every page, every look.  One test a page and scheme, with all its looks."""
    with open(os.path.join(HERE, "browser_checks.js")) as f:
        checks = f.read()
    axe = open(os.environ["AXE"]).read() if "AXE" in os.environ else None
    titles, text = set(), ""
    for scheme, base in bases.items():
        for path, name in HTML.items():
            wrong, seen = [], []
            for width, height, dark in LOOKS:
                page.look(width, height, dark)
                status, events = page.go(base + path)
                said = page.ask(checks)
                look = "%d-%s" % (width, "dark" if dark else "light")
                page.picture("build/screenshots/%s-%s-%s.png" % (scheme, name, look))
                wrong += ["%s: %s" % (look, what) for what in said["wrong"] + complaints(events)]
                wrong += [] if status == 200 else ["%s: status %s" % (look, status)]
                text += page.ask("document.documentElement.outerHTML")
                if axe:
                    page.ask(axe + ";0")
                    found = page.ask("axe.run().then(r => r.violations.map(v => v.id + ' ' + v.nodes.map(n => n.html).join(' ')))")
                    wrong += ["%s: axe: %s" % (look, what) for what in found]
                seen.append("%d texts, contrast %.1f" % (said["texts"], said["least"]))
            page.look(NARROWEST, 568, False)
            page.go(base + path)
            needs = page.ask("document.scrollingElement.scrollWidth")
            wrong += [] if needs <= NARROWEST else ["%d wide, it needs %d" % (NARROWEST, needs)]
            roles = page.tree()
            wrong += ["no %s landmark" % role for role in ("main", "navigation") if role not in [r for r, _ in roles]]
            wrong += ["a %s without a name" % role for role, said in roles if role in ("link", "image", "img", "heading") and not said.strip()]
            titles.add(page.ask("document.title"))
            check(not wrong, "%s %s: console, width, names, contrast (%s)" % (scheme, path, seen[0]), "\n".join(wrong))
    check(len(titles) == len(HTML), "every page has a title of its own", titles)
    check(len(text) > 100000 and not practice.found(text.encode()), "no form of the key in any page", practice.found(text.encode()))


def follow_links(page, bases):
    for scheme, base in bases.items():
        ends, wrong = set(), []
        for path in HTML:
            page.go(base + path)
            ends |= set(page.ask("[...document.querySelectorAll('a')].map(a => a.href)"))
        inside = sorted(end for end in ends if end.startswith(base + "/"))
        outside = [end for end in ends if not end.startswith(base + "/")]
        for end in inside:
            status, _ = page.go(end)
            wrong += [] if status == 200 else [(end, status)]
        wrong += [end for end in outside if urllib.parse.urlparse(end).netloc not in ("www.rfc-editor.org", "mempool.space")]
        check(len(inside) >= 7 and not wrong, "%s: all %d links end somewhere" % (scheme, len(inside)), wrong or inside)
        page.go(base + "/")
        page.events = []
        page.ask("document.querySelector('nav a[href=\"/scoreboard\"]').click()")
        page.until("Page.loadEventFired")
        check(page.ask("location.pathname") == "/scoreboard", "%s: a click on a link" % scheme)
        for path in OTHERS:
            status, events = page.go(base + path)
            wrong += complaints(events) + ([] if status == 200 else [(path, status)])
        check(not wrong, "%s: what is no HTML is shown too" % scheme, wrong)


def handshake(page, bases):
    """The browser's own hello is drawn: its GREASE, its suites; a page of HTTP has none."""
    page.look(*LOOKS[0])
    page.go(bases["https"] + "/handshake")
    text = page.ask("document.querySelector('main').innerText")
    arrows = page.ask("document.querySelectorAll('.seq path[class^=k]').length")
    rows = page.ask("document.querySelectorAll('table tr').length - 1")
    check("0x1301 TLS_AES_128_GCM_SHA256 chosen" in text and "GREASE" in text and "0x0304 TLS 1.3 chosen" in text
          and "x25519 chosen" in text and "ecdsa_secp256r1_sha256 chosen" in text, "https: the browser's offer and the choices", text)
    check(arrows == rows >= 10, "https: as many arrows as rows in the table", (arrows, rows))
    tree = page.tree()
    check(any(role in ("image", "img") and name.startswith("Sequence diagram of your handshake") for role, name in tree), "https: the drawing has a name", tree)
    page.go(bases["http"] + "/handshake")
    check(page.ask("document.querySelector('.seq')") is None and "on port 443" in page.ask("document.body.innerText"), "http: it says that it needs 443")
    page.go(bases["http"] + "/no-such-page")
    check(page.ask("document.body.innerText").strip() == "404 Not Found", "http: a page that is not there", page.ask("document.body.innerText"))


def pictures(page, bases):
    os.makedirs(PICTURES, exist_ok=True)
    height = 860
    for path, name in (("/", "front"), ("/handshake", "handshake")):
        page.look(480, height, False)
        page.go(bases["https"] + path)
        file = "%s/%s.png" % (PICTURES, name)
        page.picture(file, height)
        with open(file, "rb") as f:
            small = png.smaller(f.read())
        with open(file, "wb") as f:
            f.write(small)
        print("%s: %d bytes" % (file, len(small)))


def boot(folder, kind, name, lines):
    machine = machines.KINDS[kind](folder, modules.sealed(lines), name)
    if not machine.wait_up(120):
        print("not ok 1 - it boots\n# " + repr(machine.console()[-2000:]))
        machine.stop()
        sys.exit(1)
    return machine


def main():
    if browser.PROGRAM is None:
        print("ok 1 - pages in a browser # SKIP no chromium on this machine: apt-get install chromium\n1..1")
        return
    folder = tempfile.mkdtemp(prefix="pinata-browser-test-")
    practice = modules.Practice(folder)
    lines = practice.lines + ["contact mailto:pinata@example.org"]
    first = boot(folder, "hosted", "first", lines)
    address = re.search(r"bcrt1[a-z0-9]+", first.page(60).decode()).group(0)
    first.stop()
    machine = boot(folder, sys.argv[1], "machine", lines + [qr_line("bitcoin:" + address)])
    try:
        os.makedirs("build/screenshots", exist_ok=True)
        traffic(machine)
        bases = {scheme: "%s://127.0.0.1:%d" % (scheme, machine.ports[port]) for scheme, port in (("http", machines.PAGE), ("https", machines.WEB))}
        page = browser.Browser(spki_of(machine.ports[machines.WEB]))
        try:
            if "pictures" in sys.argv:
                pictures(page, bases)
                return
            look_at(page, bases, practice)
            follow_links(page, bases)
            handshake(page, bases)
        finally:
            page.close()
    finally:
        machine.stop()
    print("1..%d" % tests)


main()
