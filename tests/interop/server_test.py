#!/usr/bin/python3
"""server_test.py PROGRAM: OpenSSL, GnuTLS and curl as clients of our server (tests/conformance/tls_server)."""
import itertools
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pki

REQUEST = b"GET / HTTP/1.0\r\n\r\n"
OPENSSL_GROUPS = {"x25519": "X25519", "secp256r1": "P-256", "secp384r1": "P-384"}
GNUTLS_GROUPS = {"x25519": "GROUP-X25519", "secp256r1": "GROUP-SECP256R1", "secp384r1": "GROUP-SECP384R1"}
GNUTLS_CIPHERS = {"TLS_AES_128_GCM_SHA256": "AES-128-GCM", "TLS_AES_256_GCM_SHA384": "AES-256-GCM",
                  "TLS_CHACHA20_POLY1305_SHA256": "CHACHA20-POLY1305"}
SUITES_12 = {"AES_128_GCM_SHA256": "AES128-GCM-SHA256", "AES_256_GCM_SHA384": "AES256-GCM-SHA384",
             "CHACHA20_POLY1305_SHA256": "CHACHA20-POLY1305"}
KINDS = {"p256": "ECDSA", "p384": "ECDSA", "rsa": "RSA"}
number = 0


def check(name, good, detail=""):
    global number
    number += 1
    print("%s %d - %s" % ("ok" if good else "not ok", number, name), flush=True)
    if not good:
        print(detail)


class Server:
    def __init__(self, program, folder, *flags, kind="p256"):
        self.folder = folder
        self.process = subprocess.Popen([program, "--listen", "127.0.0.1:0", "--cert", "server-%s.crt" % kind, "--key",
                                         "server-%s.key" % kind, "--verbose", *flags], cwd=folder,
                                        stdout=subprocess.PIPE)
        self.address = re.match(r"listening (\S+)", self.process.stdout.readline().decode()).group(1)
        self.port = self.address.split(":")[1]

    def stop(self):
        self.process.terminate()
        text = self.process.stdout.read().decode()
        return self.process.wait(), text

    def client(self, *words):
        try:
            done = subprocess.run(words, cwd=self.folder, input=REQUEST, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, timeout=20)
        except subprocess.TimeoutExpired as slow:
            return -1, (slow.stdout or b"").decode(errors="replace") + "\n(too slow)"
        return done.returncode, done.stdout.decode(errors="replace")

    def openssl(self, *flags):
        return self.client("openssl", "s_client", "-connect", self.address, "-CAfile", "ca.crt",
                           "-verify_return_error", "-ign_eof", *flags)

    def gnutls(self, *flags):
        return self.client("gnutls-cli", "--x509cafile", "ca.crt", "--verify-hostname", "localhost", "-p", self.port,
                           "127.0.0.1", *flags)


def groups_and_suites(program, folder):
    for group, suite in itertools.product(OPENSSL_GROUPS, GNUTLS_CIPHERS):
        server = Server(program, folder, "--groups", group, "--suites", suite)
        _, text = server.openssl("-groups", OPENSSL_GROUPS[group])
        check("openssl %s %s" % (group, suite), "\nok\n" in text and suite in text, text)
        priority = "NORMAL:-VERS-ALL:+VERS-TLS1.3:-GROUP-ALL:+%s:-CIPHER-ALL:+%s" % (
            GNUTLS_GROUPS[group], GNUTLS_CIPHERS[suite])
        _, text = server.gnutls("--priority", priority)
        check("gnutls %s %s" % (group, suite), "\nok\n" in text, text)
        code, text = server.stop()
        check("both were established", code == 0 and text.count("established") == 2, text)


def version_12(program, folder):
    for kind, suite in itertools.product(KINDS, SUITES_12):
        server = Server(program, folder, "--client-ca", "ca.crt", "--client-auth", "required", "--suites",
                        "TLS_ECDHE_%s_WITH_%s" % (KINDS[kind], suite), "--version", "1.2", kind=kind)
        name = "ECDHE-%s-%s" % (KINDS[kind], SUITES_12[suite])
        client = list(KINDS)[server.process.pid % 3]
        _, text = server.openssl("-tls1_2", "-cert", "client-%s.crt" % client, "-key", "client-%s.key" % client)
        check("openssl 1.2 %s, server %s, client %s" % (name, kind, client), "\nok\n" in text and name in text and
              "Extended master secret: yes" in text and "Secure Renegotiation IS supported" in text, text)
        _, text = server.gnutls("--x509certfile", "client-%s.crt" % client, "--x509keyfile", "client-%s.key" % client)
        check("gnutls 1.2 %s, server %s, client %s" % (name, kind, client), "\nok\n" in text and "TLS1.2" in text, text)
        _, text = server.openssl("-tls1_2")
        check("openssl 1.2, no certificate: handshake_failure, authority named",
              "alert number 40" in text and "Acceptable client certificate CA names\nCN=ca" in text.replace(" = ", "="), text)
        server.stop()
    server = Server(program, folder, kind="rsa")
    _, text = server.openssl("-tls1_2", "-groups", "P-384")
    check("openssl 1.2, P-384", "\nok\n" in text and "P-384" in text or "secp384r1" in text, text)
    _, text = server.openssl("-tls1_2", "-fallback_scsv")
    check("openssl 1.2, fallback: inappropriate_fallback", "alert number 86" in text, text)
    _, text = server.client("sh", "-c", "(sleep 0.5; echo R; sleep 0.5) | openssl s_client -tls1_2 -connect %s "
                            "-CAfile ca.crt" % server.address)
    check("openssl 1.2, renegotiation: no_renegotiation", "no renegotiation" in text, text)
    server.stop()


def certificates_13(program, folder):
    for kind in KINDS:
        server = Server(program, folder, "--client-ca", "ca.crt", "--client-auth", "required", "--version", "1.3",
                        "--alpn", "h2,http/1.1", kind=kind)
        for client in KINDS:
            _, text = server.openssl("-cert", "client-%s.crt" % client, "-key", "client-%s.key" % client, "-alpn",
                                     "http/1.1,h2", "-keymatexport", "EXPORTER-test")
            check("openssl 1.3, server %s, client %s, ALPN" % (kind, client),
                  "\nok\n" in text and "ALPN protocol: h2" in text, text)
        _, text = server.openssl("-alpn", "other")
        check("openssl, no common ALPN: no_application_protocol", "alert number 120" in text, text)
        server.stop()


def retries(program, folder):
    server = Server(program, folder, "--groups", "secp256r1")
    _, text = server.openssl("-groups", "X25519:P-256")
    check("openssl, HelloRetryRequest", "\nok\n" in text and "prime256v1" in text, text)
    _, text = server.gnutls("--priority", "NORMAL:-GROUP-ALL:+GROUP-X25519:+GROUP-SECP256R1", "--single-key-share")
    check("gnutls, HelloRetryRequest", "\nok\n" in text, text)
    server.stop()


def client_certificates(program, folder):
    for policy in ("required", "optional"):
        server = Server(program, folder, "--client-ca", "ca.crt", "--client-auth", policy)
        _, text = server.openssl("-cert", "client-p256.crt", "-key", "client-p256.key")
        check("openssl, certificate " + policy, "\nok\n" in text, text)
        _, text = server.gnutls("--x509certfile", "client-p256.crt", "--x509keyfile", "client-p256.key")
        check("gnutls, certificate " + policy, "\nok\n" in text, text)
        _, text = server.openssl("-cert", "stranger.crt", "-key", "stranger.key")
        check("openssl, certificate of a stranger: unknown_ca", "alert number 48" in text, text)
        _, text = server.openssl("-cert", "server-p256.crt", "-key", "server-p256.key")
        check("openssl, certificate of a server: unsupported_certificate", "alert number 43" in text, text)
        _, text = server.openssl()
        if policy == "required":
            check("openssl, no certificate: certificate_required, authority named",
                  "alert number 116" in text and "Acceptable client certificate CA names\nCN=ca" in text.replace(" = ", "="), text)
        else:
            check("openssl, no certificate, optional", "\nok\n" in text, text)
        _, text = server.stop()
        check("only proved peers are peers", text.count("peer=1") == 2, text)


def others(program, folder):
    server = Server(program, folder)
    _, text = server.client("curl", "-s", "--cacert", "ca.crt", "https://localhost:%s/" % server.port)
    check("curl", text == "ok\n", text)
    _, text = server.openssl("-tls1_1", "-cipher", "ALL:@SECLEVEL=0")
    check("TLS 1.1: protocol_version", "alert number 70" in text, text)
    server.stop()
    server = Server(program, folder, "--mode", "echo")
    _, text = server.client("sh", "-c", "(sleep 0.5; echo K; sleep 0.5; echo hello; sleep 0.5) | openssl s_client -connect %s -CAfile ca.crt"
                            % server.address)
    check("KeyUpdate asked for by openssl", "hello" in text and "KEYUPDATE" in text, text)
    server.stop()


def main():
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        pki.make(folder)
        groups_and_suites(program, folder)
        certificates_13(program, folder)
        version_12(program, folder)
        retries(program, folder)
        client_certificates(program, folder)
        others(program, folder)


main()
