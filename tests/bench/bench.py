#!/usr/bin/python3
"""tests/bench/bench.py: `make bench`.  How fast it starts, what a handshake and a megabyte cost, and of what that is made.

Against nginx with the system's OpenSSL, or openssl s_server where nginx is not installed.  All in one run, the servers in
turn, median and best of all rounds: machines are noisy, ratios less so.  CPU is the server's own (schedstat), so other load
moves it little.  Loopback alone.  ROUNDS, SECONDS and THREADS in the environment change the length.
"""
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, "tests/e2e")
import machines  # noqa: E402
import modules   # noqa: E402

ROUNDS = int(os.environ.get("ROUNDS", "7"))
SECONDS = os.environ.get("SECONDS", "1")
THREADS = os.environ.get("THREADS", "8")
TOOLS = "build/hosted/tests/bench/"
BULK = 32 << 20     # bytes of one long answer
SUITES = {"1.2": "ECDHE-ECDSA-AES128-GCM-SHA256", "1.3": "TLS_AES_128_GCM_SHA256"}
NGINX = """
daemon off; master_process off; pid nginx.pid; error_log stderr crit; worker_rlimit_nofile 4096;
events { worker_connections 1024; }
http {
	access_log off; keepalive_timeout 0; client_body_temp_path t; proxy_temp_path t; fastcgi_temp_path t; uwsgi_temp_path t; scgi_temp_path t;
	ssl_certificate s.crt; ssl_certificate_key s.key; ssl_protocols TLSv1.2 TLSv1.3; ssl_session_tickets off; ssl_session_cache off;
	ssl_buffer_size 16k; open_file_cache max=4; %s
}
"""
NGINX_SERVER = """server { listen 127.0.0.1:%d ssl; root .; location = /short { return 200 "ok\\n"; } %s }"""


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


class Process:
    """A server that listens at self.port: {False: without, True: with a required client certificate}, all in `folder`."""

    def __init__(self, folder, *commands):
        self.running = [subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                         stderr=subprocess.DEVNULL) for command in commands]
        for port in self.port.values():
            wait_for(port)

    def pids(self):
        return [process.pid for process in self.running]

    def request(self, bulk):
        return "GET /%s HTTP/1.0\r\n\r\n" % ("bulk" if bulk else "short")

    def stop(self):
        for process in self.running:
            process.terminate()
            process.wait(10)


def wait_for(port):
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            return socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)
    sys.exit("bench: nobody listens at %d" % port)


class Ours(Process):
    """build/conformance/tls_server: the stack alone, over the system's sockets."""
    name = "ours"

    def __init__(self, folder, authority):
        self.port = dict(zip((False, True), machines.free_ports(2)))
        command = [os.path.abspath("build/conformance/tls_server"), "--cert", "s.crt", "--key", "s.key", "--client-ca", authority]
        super().__init__(folder, *(command + ["--listen", "127.0.0.1:%d" % port, "--client-auth", "required" if mutual else "none"]
                                   for mutual, port in self.port.items()))


class OursBulk(Process):
    """The same with long answers."""
    name = "ours"

    def __init__(self, folder):
        self.port = {False: machines.free_ports(1)[0]}
        super().__init__(folder, [os.path.abspath("build/conformance/tls_server"), "--cert", "s.crt", "--key", "s.key",
                                  "--listen", "127.0.0.1:%d" % self.port[False], "--answer", str(BULK)])


class Nginx(Process):
    name = "nginx"

    def __init__(self, folder, authority):
        self.port = dict(zip((False, True), machines.free_ports(2)))
        verify = "ssl_verify_client on; ssl_client_certificate %s;" % authority
        with open(os.path.join(folder, "nginx.conf"), "w") as f:
            f.write(NGINX % "\n".join(NGINX_SERVER % (port, verify if mutual else "") for mutual, port in self.port.items()))
        os.mkdir(os.path.join(folder, "t"))
        super().__init__(folder, ["nginx", "-p", folder, "-c", "nginx.conf", "-e", "stderr"])


class OpenSSL(Process):
    """One connection at a time: where there is no nginx."""
    name = "openssl s_server"

    def __init__(self, folder, authority):
        self.port = dict(zip((False, True), machines.free_ports(2)))
        command = ["openssl", "s_server", "-key", "s.key", "-cert", "s.crt", "-num_tickets", "0", "-no_ticket", "-WWW", "-quiet"]
        verify = ["-CAfile", authority, "-Verify", "1", "-verify_return_error"]
        super().__init__(folder, *(command + ["-accept", "127.0.0.1:%d" % port] + (verify if mutual else [])
                                   for mutual, port in self.port.items()))


class Hosted(machines.Hosted):
    """The whole appliance."""
    program = "build/hosted/pinata"
    name = "hosted"

    def __init__(self, folder, module):
        super().__init__(folder, module)
        self.port = {True: self.ports[machines.PRIZE]}

    def command(self):       # no dump of frames
        command = super().command()
        at = command.index("--dump")
        return command[:at] + command[at + 2:]

    def request(self, _):
        return ""

    def pids(self):
        """The child, which is the appliance, and the parent, which is libslirp."""
        pid = self.process.pid
        with open("/proc/%d/task/%d/children" % (pid, pid)) as f:
            return [int(f.read()), pid]


class Load:
    """One run of tlsload: handshakes per second, CPU us per handshake of each process, MB per second of CPU."""

    def __init__(self, server, practice, suite, mutual, bulk=False):
        credential = practice.credential("client") if mutual else ("", "")
        done = subprocess.run([TOOLS + "tlsload", "127.0.0.1:%d" % server.port[mutual], THREADS, SECONDS, suite, *credential,
                               server.request(bulk), *map(str, server.pids())], stdout=subprocess.PIPE, text=True)
        found = re.match(r"ok (\d+) failed (\d+) bytes (\d+) seconds (\S+) client_cpu_s \S+ server_cpu_s (.*)", done.stdout)
        count = int(found.group(1)) if found else 0
        if count == 0 or int(found.group(2)) > 0:
            sys.exit("bench: connections to %s failed: %s" % (server.name, done.stdout))
        cpu = [float(seconds) for seconds in found.group(5).split()]
        self.per_second = count / float(found.group(4))
        self.cpu_us = [seconds * 1e6 / count for seconds in cpu]
        self.all_us = sum(self.cpu_us)
        self.mb_per_cpu_s = int(found.group(3)) / 1e6 / sum(cpu)


def line(name, figures, unit, best=min):
    print("%-58s median %8.1f   best %8.1f   worst %8.1f  %s" % (name, statistics.median(figures), best(figures),
          (max if best is min else min)(figures), unit), flush=True)


def handshakes(ours, hosted, theirs, practice):
    """Every kind of handshake, every server, in turn."""
    kinds = [(server, version, mutual) for version in SUITES for mutual in (False, True) for server in (ours, theirs)]
    kinds.append((hosted, "1.3", True))
    runs = {kind: [] for kind in kinds}
    for _ in range(ROUNDS):
        for server, version, mutual in kinds:
            runs[server, version, mutual].append(Load(server, practice, SUITES[version], mutual))
    print("full handshakes, X25519, ECDSA P-256, AES-128-GCM, one small answer; %s clients; CPU of the server:" % THREADS)
    for version in SUITES:
        for mutual in (False, True):
            kind = "%s %s" % (version, "with client certificate" if mutual else "without")
            for server in (ours, theirs):
                line("%s: CPU, %s" % (server.name, kind), [a.all_us for a in runs[server, version, mutual]], "us each")
            line("ratio of CPU, ours / %s, %s" % (theirs.name, kind),
                 [a.all_us / b.all_us for a, b in zip(runs[ours, version, mutual], runs[theirs, version, mutual])], "")
    mine, other = runs[hosted, "1.3", True], runs[theirs, "1.3", True]
    line("hosted: handshakes, 1.3 with client certificate", [a.per_second for a in mine], "/s", max)
    line("%s: the same" % theirs.name, [a.per_second for a in other], "/s", max)
    line("hosted: CPU of the appliance (child)", [a.cpu_us[0] for a in mine], "us each")
    line("hosted: CPU of libslirp (parent)", [a.cpu_us[1] for a in mine], "us each")


def bulks(ours, theirs, practice):
    runs = {}
    for _ in range(ROUNDS):
        for suite in ("TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256"):
            for server in (ours, theirs):
                runs.setdefault((suite, server), []).append(Load(server, practice, suite, False, True).mb_per_cpu_s)
    print("bulk, answers of %d MiB over sockets, system's share included:" % (BULK >> 20))
    for (suite, server), figures in runs.items():
        line("%s: sent, %s" % (server.name, suite), figures, "MB/s of CPU", max)


def splits():
    """tests/bench/split.c: the image's objects alone, in memory: what is cryptography, what is the rest."""
    print("of what the image's handshake is made, in memory, medians (tests/bench/split.c says how); the rest is to stay under 25 us:")
    done = subprocess.run([TOOLS + "split", str(100 * ROUNDS)], check=True, stdout=subprocess.PIPE, text=True)
    for words in map(str.split, done.stdout.splitlines()):
        if words[0] == "split":
            print("split %s %-6s  whole %7.1f us = public keys %7.1f + hashes and AEAD %5.1f + the rest %5.1f" % (
                words[1], words[2], *map(float, words[4:11:2])))
        else:
            print("split %-18s  seal %5s MB/s (AEAD alone %5s)  open %5s MB/s (AEAD alone %5s)" % (
                words[1], words[3], words[7], words[5], words[9]))


def main():
    folder = tempfile.mkdtemp(prefix="pinata-bench-")
    practice = modules.Practice(folder)
    authority = os.path.abspath(practice.path("peer-authority.crt"))
    peer = Nginx if shutil.which("nginx") else OpenSSL
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "s.key",
                    "-out", "s.crt", "-subj", "/CN=bench"], cwd=folder, check=True, stderr=subprocess.DEVNULL)
    for name, size in (("short", 3), ("bulk", BULK)):
        with open(os.path.join(folder, name), "wb") as f:
            f.truncate(size)
    print("openssl: " + subprocess.run(["openssl", "version"], stdout=subprocess.PIPE, text=True).stdout.strip())
    if peer is OpenSSL:
        print("nginx: skipped, not installed (apt-get install nginx); openssl s_server in its place")
    print("%d rounds, load average %.1f on %d processors" % (ROUNDS, os.getloadavg()[0], os.cpu_count()))
    if os.path.exists(machines.Image.program):
        tls_ms, byte_ms, peak_mb = map(list, boots(folder, practice))
        line("image: QEMU start to first TLS handshake", tls_ms, "ms")
        line("image: QEMU start to first byte of the prize", byte_ms, "ms")
        line("image: peak memory of QEMU", peak_mb, "MB")
    splits()
    servers = [Hosted(folder, modules.sealed(practice.lines))]
    try:
        servers += [Ours(folder, authority), OursBulk(folder), peer(folder, authority)]
        hosted, ours, ours_bulk, theirs = servers
        if not hosted.wait_up():
            sys.exit("bench: the hosted build does not answer\n" + hosted.console().decode())
        time.sleep(0.5)
        handshakes(ours, hosted, theirs, practice)
        bulks(ours_bulk, theirs, practice)
    finally:
        for server in servers:
            server.stop()
        shutil.rmtree(folder)


main()
