"""tests/e2e/machines.py: the two machines under test, behind one face: the hosted build and the image in QEMU."""
import contextlib
import fcntl
import os
import socket
import subprocess
import sys
import tempfile
import time

import leaks
sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from ports import free_ports

PAGE, WEB, PRIZE, BACK, THERE = 80, 443, 10000, 10001, 10002
CALL_PORT = 40001     # where 10001 calls back


@contextlib.contextmanager
def call_port_alone():
    """Nobody else's machine calls back while we listen at CALL_PORT: other tests of ours wait."""
    with open(os.path.join(tempfile.gettempdir(), "pinata-call-port.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class Machine:
    """One run.  `ports` maps a port of the guest to ours; `console()` is what it said so far."""

    def __init__(self, folder, module, name="machine", calls_out=False):
        self.calls_out = calls_out
        self.module = os.path.join(folder, name + ".module")
        with open(self.module, "w") as f:
            f.write(module)
        self.secrets, self.searched = leaks.secrets_of(module), False
        self.console_path = os.path.join(folder, name + ".console")
        self.dump_path = os.path.join(folder, name + ".pcap")
        self.qmp_path = os.path.join(folder, name + ".qmp")
        self.ports = dict(zip((PAGE, WEB, PRIZE, BACK, THERE), free_ports(5)))
        with open(self.console_path, "wb") as console:
            self.process = subprocess.Popen(self.command(), env=self.environment(), stdin=subprocess.DEVNULL, stdout=console, stderr=console)

    def environment(self):
        return dict(os.environ, RESTRICT="off" if self.calls_out else "on")

    def console(self):
        with open(self.console_path, "rb") as f:
            return f.read()

    def wait_up(self, seconds=60):
        """True once the page answers.  Short time-outs: a SYN sent too early is lost for a second."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            if self.page(0.5):
                return True
            time.sleep(0.05)
        return False

    def page(self, timeout=10):
        """The answer of port 80, or b""."""
        try:
            with socket.create_connection(("127.0.0.1", self.ports[PAGE]), timeout) as s:
                s.settimeout(timeout)
                s.sendall(b"GET / HTTP/1.1\r\nHost: pinata\r\nConnection: close\r\n\r\n")
                answer = b""
                while piece := s.recv(4096):
                    answer += piece
                return answer
        except OSError:
            return b""

    def exit_code(self, seconds=60):
        """The code of platform/platform.h, or None if it still runs."""
        try:
            return self.code_of(self.process.wait(seconds))
        except subprocess.TimeoutExpired:
            return None

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(20)
        self.search()

    def search(self):
        """Nothing of the module's secrets may have left, by network or console: see leaks.py."""
        if self.searched or not os.path.exists(self.dump_path):
            return
        self.searched = True
        for leak in leaks.search(self.secrets, leaks.frames(self.dump_path), self.console()):
            print("not ok - a secret left the machine: " + leak, flush=True)

    def sent(self):
        return leaks.sent(leaks.frames(self.dump_path))


class Hosted(Machine):
    program = "build/san/pinata"

    def command(self):
        forwards = []
        for guest, ours in self.ports.items():
            forwards += ["--forward", "127.0.0.1:%d:%d" % (ours, guest)]
        reach = ["--reach", str(CALL_PORT)] if self.calls_out else []
        return [self.program, "--module", self.module, "--dump", self.dump_path, *forwards, *reach]

    @staticmethod
    def code_of(status):
        return status


class Image(Machine):
    program = "build/virtio/pinata.elf"

    def command(self):
        ports = ",".join("%d:%d" % (ours, guest) for guest, ours in self.ports.items())
        return ["deploy/qemu", self.program, self.module, ports,
                "-object", "filter-dump,id=dump,netdev=net,file=" + self.dump_path,
                "-qmp", "unix:%s,server=on,wait=off" % self.qmp_path]

    @staticmethod
    def code_of(status):
        return (status - 1) // 2 if status % 2 == 1 else status + 1000


KINDS = {"hosted": Hosted, "image": Image}
