"""ports.py: TCP ports of 127.0.0.1 for tests.

The kernel's own choice (bind to 0) is taken again within moments when many tests run at once, and by any outgoing
connection.  These lie below its range, and all tests of one user draw them in turn: none comes twice in thousands."""
import fcntl
import os
import socket
import tempfile

FIRST, LAST = 21000, 31999


def free_ports(count):
    with open(os.path.join(tempfile.gettempdir(), "pinata-ports-%d" % os.getuid()), "a+") as last:
        fcntl.flock(last, fcntl.LOCK_EX)
        last.seek(0)
        text = last.read()
        at = int(text) if text.isdigit() and FIRST <= int(text) <= LAST else FIRST + os.getpid() % (LAST - FIRST)
        found = []
        for _ in range(LAST - FIRST):
            if len(found) == count:
                break
            at = at + 1 if at < LAST else FIRST
            with socket.socket() as probe:
                try:
                    probe.bind(("127.0.0.1", at))
                except OSError:
                    continue
            found.append(at)
        last.truncate(0)
        last.write(str(at))
    return found


def free_port():
    return free_ports(1)[0]
