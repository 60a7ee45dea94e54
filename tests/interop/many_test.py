#!/usr/bin/python3
"""many_test.py SERVER: 2,000 connections that say nothing, or half a hello, and handshakes beside them; SIGTERM ends it all with 0."""
import os
import resource
import signal
import socket
import ssl
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pki

PROGRAM = os.path.abspath(sys.argv[1])
HANDSHAKES = 40
HALF_A_HELLO = bytes.fromhex("16030100ff010000fb0303") + bytes(100)
number = 0


def check(name, good, detail=""):
    global number
    number += 1
    print("%s %d - %s" % ("ok" if good else "not ok", number, name), flush=True)
    if not good:
        print(detail)


def visit(address, version):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations("ca.crt")
    context.minimum_version = context.maximum_version = version
    with socket.create_connection(address, timeout=120) as link, context.wrap_socket(link, server_hostname="localhost") as tls:
        tls.sendall(b"GET / HTTP/1.0\r\n\r\n")
        text = b""
        while True:
            part = tls.recv(4096)
            if not part:
                return text.endswith(b"ok\n")
            text += part


def main():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    idle = 2000 if hard == resource.RLIM_INFINITY else min(2000, hard - 100)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    server = subprocess.Popen([PROGRAM, "--listen", "127.0.0.1:0", "--cert", "server-p256.crt", "--key", "server-p256.key"], stdout=subprocess.PIPE)
    host, port = server.stdout.readline().decode().split()[1].split(":")
    address = (host, int(port))
    links = []
    for i in range(idle):
        links.append(socket.create_connection(address, timeout=120))
        if i % 2:
            links[-1].sendall(HALF_A_HELLO)
    check("%d connections that say nothing or half a hello" % idle, server.poll() is None)
    done = sum(visit(address, version) for version in (ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_2) for _ in range(HANDSHAKES // 2))
    check("%d visits beside them" % HANDSHAKES, done == HANDSHAKES, "%d were answered" % done)
    server.send_signal(signal.SIGTERM)
    code = server.wait(120)
    check("SIGTERM: exit 0", code == 0, "exit %d" % code)
    for link in links:
        link.close()


with tempfile.TemporaryDirectory() as folder:
    pki.make(folder)
    os.chdir(folder)
    main()
print("1..%d" % number)
