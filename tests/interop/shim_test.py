#!/usr/bin/python3
"""shim_test.py SHIM: the protocol of BoringSSL's runner, with Python's ssl as its peer: what bogo_shim does without the runner."""
import os
import socket
import ssl
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pki

SHIM = os.path.abspath(sys.argv[1])
LIMIT_S = 60
number = 0


def check(name, good, detail=""):
    global number
    number += 1
    print("%s %d - %s" % ("ok" if good else "not ok", number, name), flush=True)
    if not good:
        print(detail)


def context(is_client):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT if is_client else ssl.PROTOCOL_TLS_SERVER)
    made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
    if not is_client:
        made.load_cert_chain("server-p256.crt", "server-p256.key")
    return made


def run(*flags, peer=None, family=socket.AF_INET):
    """(exit code, standard error, what `peer` returned): the shim connects to us, says its number, and `peer` speaks to it."""
    listener = socket.socket(family)
    listener.bind(("::1" if family == socket.AF_INET6 else "127.0.0.1", 0))
    listener.listen()
    listener.settimeout(LIMIT_S)
    words = [SHIM, "-port", str(listener.getsockname()[1]), "-shim-id", "513", *flags] + (["-ipv6"] if family == socket.AF_INET6 else [])
    shim = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    answer = None
    if peer is not None:
        link, _ = listener.accept()
        link.settimeout(LIMIT_S)
        answer = [struct.unpack("<Q", link.recv(8, socket.MSG_WAITALL))[0]]
        try:
            answer.append(peer(link))
        except OSError as error:
            answer.append(str(error))
        link.close()
    listener.close()
    _, err = shim.communicate(timeout=LIMIT_S)
    return shim.returncode, err.decode(), answer


def speak(is_client, **more):
    def peer(link):
        with context(is_client).wrap_socket(link, server_side=not is_client, **more) as tls:
            tls.sendall(b"\x00\xffhello")
            got = tls.recv(7)       # one record holds them
            if got:
                tls.unwrap()
            return got
    return peer


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
        return True
    except OSError:
        return False


def main():
    server = ("-server", "-cert-file", "server-p256.crt", "-key-file", "server-p256.key")
    echo = [513, bytes(byte ^ 0xff for byte in b"\x00\xffhello")]
    done = subprocess.run([SHIM, "-is-handshaker-supported"], stdout=subprocess.PIPE, timeout=LIMIT_S)
    check("-is-handshaker-supported: No", done.stdout == b"No\n" and done.returncode == 0)
    check("an unknown flag: 89", run("-no-such-flag")[0] == 89)
    check("a flag without its value: 89", run("-export-label")[0] == 89)
    check("resumption: 89", run("-resume-count", "1")[0] == 89)
    check("only curves that are not known: 89", run("-curves", "25")[0] == 89)
    got = run(*server, peer=speak(True))
    check("a server: its number, each byte XOR 0xff", got[0] == 0 and got[2] == echo, got)
    got = run(peer=speak(False))
    check("a client", got[0] == 0 and got[2] == echo, got)
    if has_ipv6():
        got = run(*server, peer=speak(True), family=socket.AF_INET6)
        check("over IPv6", got[0] == 0 and got[2] == echo, got)
    got = run(*server, "-curves", "25", "-curves", "23", "-expect-curve-id", "23", "-expect-version", "772", peer=speak(True))
    check("curves, unknown ones left out", got[0] == 0 and got[2] == echo, got)
    got = run(*server, "-expect-version", "771", peer=speak(True))
    check("another version than expected: 1", got[0] == 1 and "unexpected version" in got[1], got)
    got = run(*server, "-expect-server-name", "a.test", peer=speak(True, server_hostname="a.test"))
    check("-expect-server-name", got[0] == 0 and got[2] == echo, got)
    got = run(*server, "-expect-server-name", "b.test", peer=speak(True, server_hostname="a.test"))
    check("another name than expected: 1", got[0] == 1 and "unexpected server name" in got[1], got)
    got = run("-expect-peer-cert-file", "server-p256.crt", peer=speak(False))
    check("-expect-peer-cert-file", got[0] == 0, got)
    got = run("-expect-peer-cert-file", "client-p256.crt", peer=speak(False))
    check("another certificate than expected: 1", got[0] == 1 and "unexpected peer certificate" in got[1], got)
    two = ("-server", "-new-x509-credential", "-cert-file", "server-rsa.crt", "-key-file", "server-rsa.key", "-signing-prefs", "2052",
           "-new-x509-credential", "-cert-file", "server-p256.crt", "-key-file", "server-p256.key")
    got = run(*two, "-expect-selected-credential", "0", peer=speak(True))
    check("the first of two credentials", got[0] == 0 and got[2] == echo, got)
    got = run(*two, "-expect-selected-credential", "1", peer=speak(True))
    check("another credential than expected: 1", got[0] == 1 and "unexpected credential" in got[1], got)
    got = run("-verify-fail", peer=speak(False))
    check("-verify-fail: BoringSSL's word", got[0] == 1 and ":CERTIFICATE_VERIFY_FAILED:" in got[1], got)
    got = run(*server, "-send-alert", peer=speak(True))
    check("-send-alert: decompression_failure", got[0] == 0 and "DECOMPRESSION_FAILURE" in str(got[2][1]).upper().replace(" ", "_"), got)
    got = run(*server, peer=lambda link: link.sendall(b"GET / HTTP/1.0\r\n\r\n"))
    check("no TLS at all: BoringSSL's words", got[0] == 1 and ":HTTP_REQUEST:" in got[1], got)


with tempfile.TemporaryDirectory() as folder:
    pki.make(folder)
    os.chdir(folder)
    main()
print("1..%d" % number)
