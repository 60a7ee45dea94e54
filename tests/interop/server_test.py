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
OPENSSL_GROUPS = {"x25519": "X25519", "secp256r1": "P-256"}
GNUTLS_GROUPS = {"x25519": "GROUP-X25519", "secp256r1": "GROUP-SECP256R1"}
GNUTLS_CIPHERS = {"TLS_AES_128_GCM_SHA256": "AES-128-GCM", "TLS_CHACHA20_POLY1305_SHA256": "CHACHA20-POLY1305"}
number = 0


def check(name, good, detail=""):
    global number
    number += 1
    print("%s %d - %s" % ("ok" if good else "not ok", number, name), flush=True)
    if not good:
        print(detail)


class Server:
    def __init__(self, program, folder, *flags):
        self.folder = folder
        self.process = subprocess.Popen([program, "--listen", "127.0.0.1:0", "--cert", "server.crt", "--key",
                                         "server.key", "--verbose", *flags], cwd=folder, stdout=subprocess.PIPE)
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
        _, text = server.openssl("-cert", "client.crt", "-key", "client.key")
        check("openssl, certificate " + policy, "\nok\n" in text, text)
        _, text = server.gnutls("--x509certfile", "client.crt", "--x509keyfile", "client.key")
        check("gnutls, certificate " + policy, "\nok\n" in text, text)
        _, text = server.openssl("-cert", "stranger.crt", "-key", "stranger.key")
        check("openssl, certificate of a stranger: unknown_ca", "alert number 48" in text, text)
        _, text = server.openssl("-cert", "server.crt", "-key", "server.key")
        check("openssl, certificate of a server: unsupported_certificate", "alert number 43" in text, text)
        _, text = server.openssl()
        if policy == "required":
            check("openssl, no certificate: certificate_required", "alert number 116" in text, text)
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
        retries(program, folder)
        client_certificates(program, folder)
        others(program, folder)


main()
