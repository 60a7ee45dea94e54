#!/usr/bin/python3
"""client_test.py CLIENT SERVER: our client against OpenSSL, GnuTLS and our own server."""
import os
import re
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import pki
from ports import free_port

GROUPS = ("x25519", "secp256r1", "secp384r1")
KINDS = ("p256", "p384", "rsa")
number = 0


def check(name, good, detail=""):
    global number
    number += 1
    print("%s %d - %s" % ("ok" if good else "not ok", number, name), flush=True)
    if not good:
        print(detail)


class Server:
    """A server of somebody else on a free port, until `stop`."""

    def __init__(self, folder, *words):
        self.port = free_port()
        self.process = subprocess.Popen([word.replace("PORT", str(self.port)) for word in words], cwd=folder,
                                        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)

    def stop(self):
        self.process.kill()
        self.process.wait()


class Client:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder

    def run(self, port, *flags):
        done = subprocess.run([self.program, "localhost:%d" % port, "--ca", "ca.crt", *flags], cwd=self.folder,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=20)
        return done.returncode, done.stdout.decode(errors="replace")


def openssl(client):
    for kind in KINDS:
        for version in ("1.2", "1.3"):
            server = Server(client.folder, "openssl", "s_server", "-accept", "127.0.0.1:PORT", "-cert",
                            "server-%s.crt" % kind, "-key", "server-%s.key" % kind, "-www",
                            "-tls" + version.replace(".", "_"), "-Verify", "1", "-CAfile", "ca.crt", "-alpn", "h2")
            for own in KINDS:
                code, text = client.run(server.port, "--cert", "client-%s.crt" % own, "--key", "client-%s.key" % own,
                                        "--alpn", "http/1.1,h2")
                check("openssl %s, server %s, client %s" % (version, kind, own),
                      code == 0 and "version=" + version in text and "alpn=h2" in text and "HTTP/1.0 200" in text, text)
            server.stop()
    server = Server(client.folder, "openssl", "s_server", "-accept", "127.0.0.1:PORT", "-cert", "server-rsa.crt",
                    "-key", "server-rsa.key", "-www")
    for group in GROUPS:
        for suite in ("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"):
            code, text = client.run(server.port, "--groups", group, "--suites", suite, "--version", "1.3")
            check("openssl %s %s" % (group, suite), code == 0 and suite in text and group in text, text)
            suite = suite.replace("TLS_", "TLS_ECDHE_RSA_WITH_")
            code, text = client.run(server.port, "--groups", group, "--suites", suite, "--version", "1.2")
            check("openssl %s %s" % (group, suite), code == 0 and suite in text and group in text, text)
    code, text = client.run(server.port, "--name", "wrong.example")
    check("the wrong name is refused", code == 1 and "name" in text, text)
    code, text = client.run(server.port, "--ca", "other.crt")
    check("the wrong authority is refused", code == 1 and "alert 48 sent" in text, text)
    server.stop()
    server = Server(client.folder, "openssl", "s_server", "-accept", "127.0.0.1:PORT", "-cert", "server-p256.crt",
                    "-key", "server-p256.key", "-www", "-groups", "P-384")
    code, text = client.run(server.port)
    check("openssl, HelloRetryRequest", code == 0 and "retry=1" in text and "secp384r1" in text, text)
    server.stop()
    server = Server(client.folder, "openssl", "s_server", "-accept", "127.0.0.1:PORT", "-cert", "server-p256.crt",
                    "-key", "server-p256.key", "-www", "-tls1_1", "-cipher", "ALL:@SECLEVEL=0")
    code, text = client.run(server.port)
    check("a server of TLS 1.1 is refused", code == 1, text)
    server.stop()
    server = Server(client.folder, "openssl", "s_server", "-accept", "127.0.0.1:PORT", "-cert", "client-p256.crt",
                    "-key", "client-p256.key", "-www")
    code, text = client.run(server.port)
    check("a client's certificate is no server's", code == 1 and "alert 43 sent" in text, text)
    server.stop()


def gnutls(client):
    for kind in KINDS:
        for version in ("1.2", "1.3"):
            server = Server(client.folder, "gnutls-serv", "-q", "-p", "PORT", "--x509certfile", "server-%s.crt" % kind,
                            "--x509keyfile", "server-%s.key" % kind, "--x509cafile", "ca.crt", "--http",
                            "--require-client-cert", "--priority", "NORMAL:-VERS-ALL:+VERS-TLS" + version)
            code, text = client.run(server.port, "--cert", "client-%s.crt" % kind, "--key", "client-%s.key" % kind)
            check("gnutls %s, %s" % (version, kind), "version=" + version in text and "HTTP/1" in text, text)
            server.stop()
    server = Server(client.folder, "gnutls-serv", "-q", "-p", "PORT", "--x509certfile", "server-p256.crt",
                    "--x509keyfile", "server-p256.key", "--http", "--priority", "NORMAL:-GROUP-ALL:+GROUP-SECP384R1")
    code, text = client.run(server.port)
    check("gnutls, HelloRetryRequest", "retry=1" in text and "HTTP/1" in text, text)
    server.stop()


def ourselves(client, program):
    for version in ("1.2", "1.3"):
        process = subprocess.Popen([program, "--cert", "server-rsa.crt", "--key", "server-rsa.key", "--client-ca",
                                    "ca.crt", "--client-auth", "required", "--version", version], cwd=client.folder,
                                   stdout=subprocess.PIPE)
        port = int(re.search(r":(\d+)", process.stdout.readline().decode()).group(1))
        for own in KINDS:
            code, text = client.run(port, "--cert", "client-%s.crt" % own, "--key", "client-%s.key" % own)
            check("ourselves %s, client %s" % (version, own), code == 0 and text.endswith("ok\n"), text)
        code, text = client.run(port)
        check("ourselves %s, no certificate" % version, code == 1 and "received" in text, text)
        process.terminate()
        check("terminates in order", process.wait() == 0)


def main():
    client_program, server_program = (os.path.abspath(word) for word in sys.argv[1:3])
    with tempfile.TemporaryDirectory() as folder:
        pki.make(folder)
        client = Client(client_program, folder)
        openssl(client)
        gnutls(client)
        ourselves(client, server_program)


main()
