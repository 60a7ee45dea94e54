"""tests/e2e/servers.py: other people's TLS servers on a connection that Piñata made or took, and the relay of two connections."""
import re
import socket
import ssl
import subprocess
import threading
import time

import leaks
import machines

SECONDS = 30
ALERTS = {"BAD_CERTIFICATE": 42, "UNSUPPORTED_CERTIFICATE": 43, "CERTIFICATE_EXPIRED": 45, "UNKNOWN_CA": 48, "DECRYPT_ERROR": 51}


class Served:
    """What a server saw: the text that the client wrote, the client's alert (a number) or None, and the server's own words."""

    def __init__(self, text, alert, words):
        self.text, self.alert, self.words = leaks.hear(text), alert, words

    def __repr__(self):
        return "text %r\nalert %s\n%s" % (self.text[:200], self.alert, self.words[-1500:])


def openssl(connection, credential, old=False):
    """OpenSSL, in this process.  `old`: it speaks TLS 1.2 alone."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2 if old else ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(*credential)
    connection.settimeout(SECONDS)
    text = b""
    try:
        with context.wrap_socket(connection, server_side=True) as tls:
            while piece := tls.recv(4096):
                text += piece
        return Served(text.decode(), None, "")
    except OSError as error:
        words = "error: %s" % error
        alerts = [number for name, number in ALERTS.items() if name in words.replace(" ", "_").upper()]
        return Served(text.decode(errors="replace"), alerts[0] if alerts else None, words)


def gnutls(connection, credential, old=False):
    """gnutls-serv, which only listens: the connection is relayed to it.  It prints the client's words and certificate, and no key."""
    port = machines.free_ports(1)[0]
    version = "1.2" if old else "1.3"
    process = subprocess.Popen(["stdbuf", "-oL", "gnutls-serv", "--echo", "-p", str(port), "--x509certfile", credential[0],
                                "--x509keyfile", credential[1], "--priority", "NORMAL:-VERS-ALL:+VERS-TLS" + version],
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        relay(connection, reach(port, process))
    finally:
        process.terminate()
        words = process.communicate()[0].decode(errors="replace")
    alert = re.search(r"Received alert '(\d+)'", words)
    text = re.search(r"\nreceived cmd: (.*?)\n\*\*\* Processing", words, re.S)
    return Served(text.group(1) if text else "", int(alert.group(1)) if alert else None, words)


def reach(port, process):
    """Connect to a server that is being started."""
    end = time.monotonic() + SECONDS
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), SECONDS)
        except OSError:
            if time.monotonic() > end or process.poll() is not None:
                raise
            time.sleep(0.02)


def relay(one, two):
    """socat: bytes from each to the other until both have ended.  What went from one to two, and back."""
    there, back = [], []
    threads = [threading.Thread(target=pump, args=args) for args in ((one, two, there), (two, one, back))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    one.close()
    two.close()
    return b"".join(there), b"".join(back)


def pump(source, sink, total):
    source.settimeout(SECONDS)
    try:
        while piece := source.recv(4096):
            total.append(piece)
            sink.sendall(piece)
    except OSError:
        pass
    try:
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass
