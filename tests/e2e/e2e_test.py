#!/usr/bin/python3
"""tests/e2e/e2e_test.py hosted|image: one practice Piñata, met by everybody.  TAP.

Who gets the prize: the practice client.  Who does not, and with which alert: all others.
"""
import concurrent.futures
import re
import socket
import ssl
import struct
import sys
import tempfile
import time

import clients
import leaks
import machines
import modules
import servers

ALERTS = {"unexpected_message": 10, "handshake_failure": 40, "bad_certificate": 42, "unsupported_certificate": 43,
          "certificate_expired": 45, "unknown_ca": 48, "decrypt_error": 51, "protocol_version": 70, "certificate_required": 116}
SUITES = {"TLS_AES_128_GCM_SHA256": "+AES-128-GCM", "TLS_CHACHA20_POLY1305_SHA256": "+CHACHA20-POLY1305"}
GROUPS = {"X25519": ("+GROUP-X25519", "X25519", "ECDHE-X25519"), "P-256": ("+GROUP-SECP256R1", "ECDH, prime256v1|P-256", "ECDHE-SECP256R1")}
TLS13 = "NONE:+VERS-TLS1.3:+MAC-ALL:+SIGN-ALL:+CTYPE-X509:"
LONG_LIST = ",".join("%d%s" % (n, "x" * 200) for n in range(8))    # as long as a post-quantum key share
tests = 0


def check(good, name, why=""):
    global tests
    tests += 1
    print("%sok %d - %s" % ("" if good else "not ", tests, name), flush=True)
    if not good:
        print("# " + str(why).replace("\n", "\n# "), flush=True)
    return good


def main():
    folder = tempfile.mkdtemp(prefix="pinata-e2e-")
    practice = modules.Practice(folder)
    machine = machines.KINDS[sys.argv[1]](folder, modules.sealed(practice.lines))
    try:
        if check(machine.wait_up(), "it boots and answers", machine.console()):
            port = machine.ports[machines.PRIZE]
            test_page(machine)
            test_refusals(port, practice)
            test_roles(machine, practice)
            test_foreign(port)
            test_wins(port, practice)
            test_hello_retry(port, practice)
            test_crowd(port, practice)
            test_storm(machine)
            test_page(machine)
        check(machine.process.poll() is None, "it still runs", machine.console()[-3000:])
    finally:
        machine.stop()
    test_secrets(machine, practice)
    if sys.argv[1] == "image":
        test_real_money(folder, practice)
    print("1..%d" % tests)


def test_real_money(folder, practice):
    """Chain main, no outside authority: born alone, so the practice client is as strange as everybody.  The key is still a throw-away."""
    lines = ["chain main" if line.startswith("chain ") else line for line in practice.lines if "-authority " not in line]
    machine = machines.Image(folder, modules.sealed(lines), "main")
    try:
        if check(machine.wait_up(), "chain main without an outside authority boots", machine.console()):
            check(b"bc1q" in machine.page() and b"This is practice" not in machine.page(), "its page shows an address of the main chain", machine.page())
            for credential, alert in (("client", "unknown_ca"), (None, "certificate_required")):
                answer = clients.openssl(machine.ports[machines.PRIZE], credential and practice.credential(credential))
                check(answer.alert == ALERTS[alert] and answer.data == "", "there, %s: %s" % (credential or "no certificate", alert), answer)
    finally:
        machine.stop()


def test_page(machine):
    page = machine.page()
    check(page.startswith(b"HTTP/1.") and b" 200 " in page.split(b"\r\n")[0] and b"bcrt1q" in page,
          "the page: an answer with the address", page)


def test_refusals(port, practice):
    """Each is refused with the alert that RFC 8446, section 6.2 names, and gets no byte of data."""
    cases = (("no certificate", None, ["certificate_required"], ()),
             ("another authority's certificate", "stranger", ["unknown_ca"], ()),
             ("an authority of the same name", "impostor", ["unknown_ca", "bad_certificate"], ()),
             ("an expired certificate", "expired", ["certificate_expired"], ()),
             ("a certificate of tomorrow", "future", ["certificate_expired"], ()),
             ("a server's certificate", "misused", ["unsupported_certificate", "bad_certificate"], ()),
             ("a certificate that may not sign", "nosign", ["unsupported_certificate", "bad_certificate"], ()),
             ("a client's certificate as authority", "sub", ["unknown_ca", "bad_certificate"], ("-cert_chain", practice.path("client.crt"))),
             ("a certificate without its key", "mismatch", ["decrypt_error"], ()))
    for name, credential, alerts, options in cases:
        answer = clients.openssl(port, credential and practice.credential(credential), *options)
        check(answer.alert in [ALERTS[alert] for alert in alerts] and answer.data == "",
              "OpenSSL with %s: %s" % (name, " or ".join(alerts)), answer)
    for name, credential, alert in (("no certificate", None, "certificate_required"),
                                    ("another authority's certificate", "stranger", "unknown_ca")):
        answer = clients.gnutls(port, credential and practice.credential(credential))
        check(answer.alert == ALERTS[alert] and "private key" not in answer.data, "GnuTLS with %s: %s" % (name, alert), answer)


def test_roles(machine, practice):
    """No role's certificate serves another: the winning server's, and the machine's own, seen on the wire and shown without their keys."""
    gifts = servers.gnutls(socket.create_connection(("127.0.0.1", machine.ports[machines.THERE]), 10), practice.credential("server"))
    own = (("web", ssl.get_server_certificate(("127.0.0.1", machine.ports[machines.WEB])), "unsupported_certificate"),
           ("server", ssl.get_server_certificate(("127.0.0.1", machine.ports[machines.PRIZE])), "unsupported_certificate"),
           ("peer", "".join(re.findall("-----BEGIN.*?-----END CERTIFICATE-----\n", gifts.words, re.S)), "decrypt_error"))
    for role, certificate, alert in own:
        practice.mismatch("own-" + role, certificate, "client")
    for name, alert in [("server", "unsupported_certificate")] + [("own-" + role, alert) for role, _, alert in own]:
        answer = clients.openssl(machine.ports[machines.PRIZE], practice.credential(name))
        check(answer.alert == ALERTS[alert] and answer.data == "", "10000 with %s's certificate: %s" % (name, alert), answer)
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    for name in ("client", "server", "own-web"):
        context.load_cert_chain(*practice.credential(name))
        with context.wrap_socket(socket.create_connection(("127.0.0.1", machine.ports[machines.WEB]), 10)) as tls:
            tls.sendall(b"GET / HTTP/1.1\r\nHost: pinata\r\nConnection: close\r\n\r\n")
            page = b""
            while piece := tls.recv(4096):
                page += piece
        check(b" 200 " in page[:20] and practice.found(page) == [], "443 with %s's certificate: the page as for everybody" % name, page[:300])


def test_foreign(port):
    """What does not speak our TLS."""
    for name, alert, options in (("TLS 1.2 alone", "protocol_version", ("-tls1_2",)),
                                 ("no group in common", "handshake_failure", ("-groups", "P-384")),
                                 ("no suite in common", "handshake_failure", ("-ciphersuites", "TLS_AES_256_GCM_SHA384")),
                                 ("no signature scheme in common", "handshake_failure", ("-sigalgs", "RSA-PSS+SHA256"))):
        answer = clients.openssl(port, None, *options)
        check(answer.alert == ALERTS[alert] and answer.data == "", "%s: %s" % (name, alert), answer)
    for name, data in (("HTTP", b"GET / HTTP/1.1\r\nHost: pinata\r\nConnection: close\r\n\r\n"), ("zeros", bytes(1000)), ("0xff", b"\xff" * 1000)):
        answer, ended = clients.raw(port, data)
        check(ended and (answer == b"" or (answer[:2] == b"\x15\x03" and len(answer) == 7)),
              "%s to the prize's port: an alert at most, and the end" % name, (answer[:100], ended))


def test_wins(port, practice):
    credential = practice.credential("client")
    for suite in SUITES:
        for group in GROUPS:
            answer = clients.openssl(port, credential, "-ciphersuites", suite, "-groups", group)
            check(practice.is_prize(answer.data) and "Ciphersuite: " + suite in answer.words and
                  any(" Temp Key: " + name in answer.words for name in GROUPS[group][1].split("|")) and
                  answer.words.count("ServerHello") == 1 and "unexpected eof" not in answer.words,
                  "OpenSSL wins with %s, %s" % (suite, group), answer)
            priority = TLS13 + "%s:%s" % (SUITES[suite], GROUPS[group][0]) + ":+AEAD"
            answer = clients.gnutls(port, credential, priority)
            check(practice.is_prize(answer.data) and SUITES[suite][1:] in answer.words and
                  GROUPS[group][2] in answer.words, "GnuTLS wins with %s, %s" % (suite, group), answer)


def test_hello_retry(port, practice):
    """The client offers a key share of a group that we do not have; RFC 8446, section 4.1.4."""
    credential = practice.credential("client")
    for group in GROUPS:
        answer = clients.openssl(port, credential, "-groups", "P-384:" + group)
        check(practice.is_prize(answer.data) and answer.words.count("ServerHello") == 2,
              "OpenSSL wins with %s after HelloRetryRequest" % group, answer)
        priority = TLS13 + "+AES-128-GCM:+AEAD:+GROUP-SECP384R1:" + GROUPS[group][0]
        answer = clients.gnutls(port, credential, priority, "--single-key-share", "-d", "4")
        check(practice.is_prize(answer.data) and GROUPS[group][2] in answer.words and
              "HELLO RETRY REQUEST" in answer.words, "GnuTLS wins with %s after HelloRetryRequest" % group, answer)
    answer = clients.openssl(port, None, "-groups", "P-384:X25519")
    check(answer.alert == ALERTS["certificate_required"], "no certificate after HelloRetryRequest: certificate_required", answer)


def test_crowd(port, practice):
    credential = practice.credential("client")
    for turn in ("one win", "and another right after it"):
        answer = clients.openssl(port, credential)
        check(practice.is_prize(answer.data), turn, answer)
    for num, size, options in ((50, "", ()), (40, ", hellos of two segments", ("-alpn", LONG_LIST))):
        with concurrent.futures.ThreadPoolExecutor(num) as pool:
            began = time.monotonic()
            wins = list(pool.map(lambda n: clients.openssl(port, credential if n % 2 == 0 else None, *options), range(num)))
        wrong = [win for n, win in enumerate(wins)
                 if not (practice.is_prize(win.data) if n % 2 == 0 else win.alert == ALERTS["certificate_required"])]
        check(not wrong, "%d at once%s: half win, half are refused" % (num, size),
              "%d wrong in %.1f s\n%s" % (len(wrong), time.monotonic() - began, wrong[:1]))


def test_storm(machine):
    """
    Named after a bug: a sleep that a frame ended early left its timer running, and when that ended between two writes of
    lapic.c's arm(), the machine took it for a turn of 5 s.  A storm of visits found it in one run of four, on a busy host.
    """
    end, answers = time.monotonic() + 2, []

    def visitor(_):
        while time.monotonic() < end:
            answers.append(machine.page().startswith(b"HTTP/1.1 200"))

    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        list(pool.map(visitor, range(20)))
    check(sum(answers) > 50 and machine.process.poll() is None, "a storm of visits leaves it running",
          "%d of %d answered\n%s" % (sum(answers), len(answers), machine.console()[-1000:]))


def test_secrets(machine, practice):
    """The search of leaks.py, over a machine that has stopped; and that it finds what is planted."""
    sent = machine.sent()
    check(b"bcrt1q" in sent and len(sent) > 20000, "the dump of frames holds what was sent", len(sent))
    missed = []
    for name, form in practice.secrets():
        for place, frames, console in (("a frame", [segment(b"x" + form)], b""), ("two", [segment(form[:9]), segment(b"", 81), segment(form[9:])], b""),
                                       ("the console", [], b"x" + form)):
            if not any(found.startswith(name + " in ") for found in leaks.search(machine.secrets, frames, console)):
                missed.append((name, place))
    check(missed == [] and len(machine.secrets) == 18, "the search finds each form of a secret in a frame, in two, on the console", missed)
    leaks.deliveries(check, practice, machine.console())


def segment(payload, port=80):
    """A frame of ours, as far as the search looks."""
    return (bytes(12) + b"\x08\x00\x45\x00" + struct.pack(">H", 40 + len(payload)) + bytes(5) + b"\x06" + bytes(2) + bytes((10, 0, 2, 15, 10, 0, 2, 2)) +
            struct.pack(">H", port) + bytes(10) + b"\x50" + bytes(7) + payload)


main()
