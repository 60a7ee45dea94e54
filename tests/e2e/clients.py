"""tests/e2e/clients.py: other people's TLS clients, as a visitor would run them, and bare sockets."""
import os
import re
import socket
import subprocess

import leaks

SECONDS = 30


class Answer:
    """What a client saw: the bytes that the server sent, the alert it sent (a number) or None, and the client's own words."""

    def __init__(self, data, words, alert):
        self.data, self.words, self.alert = leaks.hear(data), words, alert

    def __repr__(self):
        return "data %r\nalert %s\n%s" % (self.data[:200], self.alert, self.words[-1500:])


def run(command):
    """Its stdout and stderr.  stdin stays open and silent: at its end some clients leave before they have read."""
    silent, kept = os.pipe()
    try:
        done = subprocess.run(command, stdin=silent, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=SECONDS)
        out, err = done.stdout, done.stderr
    except subprocess.TimeoutExpired as late:
        out, err = late.stdout or b"", (late.stderr or b"") + b"\ntoo slow"
    finally:
        os.close(silent)
        os.close(kept)
    return out.decode(errors="replace"), err.decode(errors="replace")


def openssl(port, credential=None, *options):
    """openssl s_client; `words` holds its -brief lines and the messages."""
    command = ["openssl", "s_client", "-connect", "127.0.0.1:%d" % port, "-brief", "-ign_eof", "-msg", *options]
    if credential:
        command += ["-cert", credential[0], "-key", credential[1]]
    out, err = run(command)
    alert = re.search(r"SSL alert number (\d+)", err)
    data = re.sub(r"(?m)^(<<<|>>>) .*\n(    .*\n)*", "", out)
    return Answer(data, err + "".join(re.findall(r"(?m)^(?:<<<|>>>) .*\n", out)), int(alert.group(1)) if alert else None)


def gnutls(port, credential=None, priority="NORMAL", *options):
    """gnutls-cli; it prints what it negotiated and the server's data on stdout."""
    command = ["gnutls-cli", "--insecure", "--port", str(port), "--priority", priority, "127.0.0.1", *options]
    if credential:
        command += ["--x509certfile", credential[0], "--x509keyfile", credential[1]]
    out, err = run(command)
    alert = re.search(r"[Rr]eceived alert \[(\d+)\]", out + err)
    data = out.split("- Handshake was completed\n", 1)[-1]
    return Answer(data, out + err, int(alert.group(1)) if alert else None)


def raw(port, data, seconds=15):
    """Send bytes on a bare connection; what came until the end, and whether there was an end."""
    answer, ended = b"", False
    try:
        with socket.create_connection(("127.0.0.1", port), seconds) as s:
            s.settimeout(seconds)
            s.sendall(data)
            while piece := s.recv(4096):
                answer += piece
            ended = True
    except ConnectionResetError:
        ended = True
    except OSError:
        pass
    return answer, ended
