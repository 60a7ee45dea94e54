#!/usr/bin/python3
"""tests/bench/bench.py: `make bench`.  How fast it starts, and what a handshake costs beside openssl s_server.

Everything in one run, the two servers in turn, median and best of all rounds: machines are noisy, ratios less so.
CPU is the server's own (schedstat), so other load on the machine moves it little.  ROUNDS and SECONDS in the
environment change the length.
"""
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, "tests/e2e")
import machines  # noqa: E402
import modules   # noqa: E402

ROUNDS = int(os.environ.get("ROUNDS", "7"))
SECONDS = os.environ.get("SECONDS", "1.5")
THREADS = os.environ.get("THREADS", "8")
TOOLS = "build/hosted/tests/bench/"


def boots(folder, practice):
    """QEMU start to first handshake, ms, and to the prize's first byte; peak memory of QEMU, MB."""
    rows = []
    module = os.path.join(folder, "boot.module")
    with open(module, "w") as f:
        f.write(modules.sealed(practice.lines))
    for _ in range(ROUNDS):
        port = machines.free_ports(1)[0]
        done = subprocess.run([TOOLS + "bootprobe", "127.0.0.1:%d" % port, "30", *practice.credential("client"), "deploy/qemu",
                               machines.Image.program, module, "%d:%d" % (port, machines.PRIZE)],
                              check=True, stdout=subprocess.PIPE, text=True)
        words = done.stdout.split()
        rows.append((float(words[1]), float(words[3]), int(words[5]) / 1024))
    return zip(*rows)


class Server:
    """openssl s_server with the same demands: a client certificate of the practice authority, TLS 1.3, no tickets."""

    def __init__(self, folder, practice):
        self.port = machines.free_ports(1)[0]
        key, certificate = os.path.join(folder, "s.key"), os.path.join(folder, "s.crt")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key,
                        "-out", certificate, "-subj", "/CN=bench"], check=True, stderr=subprocess.DEVNULL)
        with open(os.path.join(folder, "prize"), "w") as f:
            f.write("x" * 512)
        self.process = subprocess.Popen(["openssl", "s_server", "-accept", "127.0.0.1:%d" % self.port, "-key", key, "-cert", certificate,
                                         "-CAfile", os.path.abspath(practice.path("peer-authority.crt")), "-Verify", "1",
                                         "-verify_return_error", "-tls1_3", "-num_tickets", "0", "-WWW", "-quiet"],
                                        cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def pids(self):
        return [self.process.pid]

    request = "GET /prize HTTP/1.0\r\n\r\n"

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


class Hosted(machines.Hosted):
    program = "build/hosted/pinata"
    request = ""

    @property
    def port(self):
        return self.ports[machines.PRIZE]

    def command(self):       # no dump of frames
        command = super().command()
        at = command.index("--dump")
        return command[:at] + command[at + 2:]

    def pids(self):
        """The child, which is the appliance, and the parent, which is libslirp."""
        pid = self.process.pid
        with open("/proc/%d/task/%d/children" % (pid, pid)) as f:
            return [int(f.read()), pid]


def load(server, practice):
    """(handshakes per second, CPU us per handshake of each process)."""
    done = subprocess.run([TOOLS + "tlsload", "127.0.0.1:%d" % server.port, THREADS, SECONDS, *practice.credential("client"),
                           server.request, *map(str, server.pids())], stdout=subprocess.PIPE, text=True)
    found = re.match(r"ok (\d+) failed (\d+) seconds (\S+) client_cpu_s \S+ server_cpu_s (.*)", done.stdout)
    if not found or int(found.group(1)) == 0 or int(found.group(2)) > 0:
        sys.exit("bench: handshakes failed: " + done.stdout)
    count = int(found.group(1))
    return count / float(found.group(3)), [float(cpu) * 1e6 / count for cpu in found.group(4).split()]


def line(name, figures, unit, best=min):
    print("%-52s median %8.1f   best %8.1f   worst %8.1f  %s" % (name, statistics.median(figures), best(figures),
          (max if best is min else min)(figures), unit), flush=True)


def main():
    folder = tempfile.mkdtemp(prefix="pinata-bench-")
    practice = modules.Practice(folder)
    print("openssl: " + subprocess.run(["openssl", "version"], stdout=subprocess.PIPE, text=True).stdout.strip())
    print("%d rounds, load average %.1f on %d processors" % (ROUNDS, os.getloadavg()[0], os.cpu_count()))
    if os.path.exists(machines.Image.program):
        tls_ms, byte_ms, peak_mb = map(list, boots(folder, practice))
        line("image: QEMU start to first TLS handshake", tls_ms, "ms")
        line("image: QEMU start to first byte of the prize", byte_ms, "ms")
        line("image: peak memory of QEMU", peak_mb, "MB")
    ours, theirs = Hosted(folder, modules.sealed(practice.lines)), Server(folder, practice)
    try:
        if not ours.wait_up():
            sys.exit("bench: the hosted build does not answer\n" + ours.console().decode())
        time.sleep(0.5)
        runs = [(load(ours, practice), load(theirs, practice)) for _ in range(ROUNDS)]
    finally:
        ours.stop()
        theirs.stop()
    print("full TLS 1.3 handshakes with client certificate, X25519, ECDSA P-256, AES-128-GCM, one small answer; %s clients:" % THREADS)
    line("hosted: handshakes", [a[0] for a, _ in runs], "/s", max)
    line("openssl s_server: handshakes", [b[0] for _, b in runs], "/s", max)
    line("hosted: CPU of the appliance (child)", [a[1][0] for a, _ in runs], "us each")
    line("hosted: CPU of libslirp (parent)", [a[1][1] for a, _ in runs], "us each")
    line("openssl s_server: CPU", [b[1][0] for _, b in runs], "us each")
    line("ratio of CPU, appliance / s_server", [a[1][0] / b[1][0] for a, b in runs], "")


main()
