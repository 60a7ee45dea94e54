"""machine.py: start an image of ours under QEMU, look at its console, know how it ended.

    with Machine("build/virtio/pinata.elf", module="boot.module", forwards=[80, 10000]) as machine:
        machine.wait_for("listening")           # raises TimeoutError
        connect(("127.0.0.1", machine.port[80]))
    machine.code                                # of enum plat_exit; None: it did not end by itself

With monitor=True, machine.ask(command) asks QEMU's monitor and machine.memory() is the guest's RAM.

Ports are ports.py's, QEMU is ended by its own pid, every wait has a limit.  KVM is used only where
/proc/cpuinfo shows vmx or svm; else TCG.
"""
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from ports import free_port

OK, BUG, NO_ENTROPY, BAD_BOOT, STUCK = range(5)     # enum plat_exit


def has_kvm():
    with open("/proc/cpuinfo") as info:
        flags = re.search(r"^flags.*\b(vmx|svm)\b", info.read(), re.M)
    return bool(flags) and os.access("/dev/kvm", os.R_OK | os.W_OK)


class Machine:
    def __init__(self, image, module=None, cmdline="", forwards=(), memory=8, cpu="max", rng=True, net=True,
                 machine="microvm,acpi=off,pit=off,pic=off,rtc=on", extra=(), kvm=None, monitor=False,
                 debug_exit=True):
        self.port = {guest: free_port() for guest in forwards}
        words = ["qemu-system-x86_64", "-machine", machine, "-cpu", cpu, "-m", str(memory),
                 "-accel", "kvm" if (has_kvm() if kvm is None else kvm) else "tcg",
                 "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-serial", "stdio",
                 "-global", "virtio-mmio.force-legacy=false", "-kernel", str(image), "-append", cmdline]
        bus = "device" if machine.startswith("microvm") else "pci,romfile="
        if net:
            forward = "".join(",hostfwd=tcp:127.0.0.1:%d-10.0.2.15:%d" % (host, guest)
                              for guest, host in self.port.items())
            words += ["-netdev", "user,id=n0,restrict=off" + forward, "-device", "virtio-net-%s,netdev=n0" % bus]
        if rng:
            words += ["-device", "virtio-rng-" + bus]
        if debug_exit:
            words += ["-device", "isa-debug-exit"]
        self._memory, self._folder = memory, tempfile.TemporaryDirectory()
        if monitor:
            words += ["-qmp", "unix:%s/qmp,server=on,wait=off" % self._folder.name]
        if module is not None:
            words += ["-initrd", str(module)]
        self.console, self.code, self._over = "", None, False
        self.began = time.monotonic()
        self._news = threading.Condition()
        self._qemu = subprocess.Popen(words + list(extra), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        while piece := os.read(self._qemu.stdout.fileno(), 65536):
            with self._news:
                self.console += piece.decode("ascii", "replace")
                self._news.notify_all()
        with self._news:
            self._over = True
            self._news.notify_all()

    def wait_for(self, text, seconds=20):
        """Until `text` is on the console."""
        with self._news:
            if not self._news.wait_for(lambda: text in self.console or self._over, seconds) \
                    or text not in self.console:
                raise TimeoutError("%r never came; the console:\n%s" % (text, self.console))

    def wait(self, seconds=30):
        """Until the machine ends by itself; its exit code of enum plat_exit."""
        status = self._qemu.wait(seconds)
        self._reader.join(5)
        self.code = (status - 1) // 2 if status % 2 == 1 else None
        return self.code

    def ask(self, command):
        """What QEMU's human monitor answers."""
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(20)
            link.connect(self._folder.name + "/qmp")
            lines = link.makefile("rw")
            lines.readline()
            for request in ({"execute": "qmp_capabilities"}, {"execute": "human-monitor-command",
                                                             "arguments": {"command-line": command}}):
                lines.write(json.dumps(request) + "\n")
                lines.flush()
                answer = json.loads(lines.readline())
                while "return" not in answer:
                    answer = json.loads(lines.readline())
            return answer["return"]

    def memory(self):
        """All of the guest's RAM, as it is now."""
        path = self._folder.name + "/memory"
        answer = self.ask('pmemsave 0 %d "%s"' % (self._memory << 20, path))
        assert not answer, answer
        with open(path, "rb") as file:
            return file.read()

    def stop(self):
        if self._qemu.poll() is None:
            self._qemu.kill()
            self._qemu.wait()
        self._reader.join(5)
        self._qemu.stdout.close()
        self._folder.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def run(image, seconds=30, **options):
    """Boot, wait for the end; the machine, with .console and .code (None after `seconds`)."""
    with Machine(image, **options) as machine:
        try:
            machine.wait(seconds)
        except subprocess.TimeoutExpired:
            machine.console += "\n[still running after %d s]" % seconds
    return machine
