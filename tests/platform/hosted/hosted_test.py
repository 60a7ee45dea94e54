#!/usr/bin/python3
"""tests/platform/hosted/hosted_test.py PROBE SANITIZED: the hosted platform, with probe.c as its appliance.  TAP."""
import concurrent.futures
import hashlib
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from ports import free_port

PROBE, SANITIZED = sys.argv[1:3]
FOLDER = tempfile.mkdtemp(prefix="pinata-hosted-")
ALLOWED = {0: "read", 1: "write", 228: "clock_gettime", 231: "exit_group", 271: "ppoll"}
UPROBES = (335, 336)       # uretprobe, uprobe: Linux keeps both from seccomp; outside its own trampolines
                           # the first raises SIGILL and the second does nothing
LAST_CALL = 480            # above every number that Linux 6.x gives out
tests = 0


def check(good, name, why=""):
    global tests
    tests += 1
    print("%sok %d - %s" % ("" if good else "not ", tests, name), flush=True)
    if not good:
        print("# " + str(why).replace("\n", "\n# "))


def start(orders, *options, probe=PROBE):
    path = os.path.join(FOLDER, hashlib.sha256(orders.encode()).hexdigest()[:16])
    with open(path, "w") as module:
        module.write(orders)
    return subprocess.Popen([probe, "--module", path, *options], stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def run(orders, *options, probe=PROBE):
    """Exit status, console, what the parent said."""
    process = start(orders, *options, probe=probe)
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def own_address():
    """The address that this machine would call from; no packet is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        try:
            s.connect(("192.0.2.1", 9))
            return s.getsockname()[0]
        except OSError:
            return "127.0.0.1"


def children(pid):
    with open("/proc/%d/task/%d/children" % (pid, pid)) as f:
        return [int(word) for word in f.read().split()]


def alive(pid):
    try:
        with open("/proc/%d/stat" % pid) as f:
            return f.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone(pid):
    for _ in range(200):
        if not alive(pid):
            return True
        time.sleep(0.02)
    return False


def test_doors():
    code, out, err = run("doors\n")
    lines = out.splitlines()
    check(code == 0 and out.count("good ") == 7 and "bad " not in out and lines[-1] == "done",
          "the doors work", out + err)
    with open(PROBE, "rb") as f:
        digest = hashlib.sha256(f.read()).hexdigest()
    check("hash " + digest in lines, "image_hash is the SHA-256 of the executable", out)
    for why in range(5):
        code, out, err = run("halt %d\n" % why)
        check(code == why, "plat_halt(%d) is the exit status" % why, (code, out, err))


def test_sandbox():
    def survivor(number):
        code, out, err = run("call %d\n" % number)
        return number, not (code == 1 and "survived" not in out and "forbids" in err)

    numbers = [n for n in range(LAST_CALL + 1) if n not in ALLOWED and n not in UPROBES] + [0x40000000 | n for n in ALLOWED]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        survivors = [n for n, lives in pool.map(survivor, numbers) if lives]
    check(not survivors, "each of %d system calls kills" % len(numbers), survivors)
    code, out, err = run("int80\n")
    check(code == 1 and "forbids" in err and "survived" not in out, "a call of another architecture kills", (code, out, err))
    for number in ALLOWED:
        if ALLOWED[number] != "exit_group":
            code, out, err = run("call %d\n" % number)
            check(code == 0 and "survived" in out, "%s is allowed" % ALLOWED[number], (code, out, err))


def test_sanitized():
    code, out, err = run("doors\n", probe=SANITIZED)
    check(code == 0 and out.count("good ") == 7, "the sanitizer build: the doors work", out + err)
    for name, number in (("open", 2), ("socket", 41), ("execve", 59), ("kill", 62), ("ptrace", 101)):
        code, out, err = run("call %d\n" % number, probe=SANITIZED)
        check(code == 1 and "forbids" in err, "the sanitizer build: %s kills" % name, (code, out, err))
    code, out, err = run("overrun 7\n", probe=SANITIZED)
    check(code == 1 and "stack-buffer-overflow" in out, "the sanitizer build: an overrun is reported", (code, out, err))


def test_recorded():
    """A recorded machine has the same doors and the same walls."""
    where = ("--record", os.path.join(FOLDER, "recorded"))
    code, out, err = run("doors\naddress 10.0.2.15\n", *where)
    check(code == 0 and out.count("good ") == 7 and "bad " not in out, "recorded: the doors work", out + err)
    for name, number in (("open", 2), ("openat", 257), ("socket", 41), ("sendto", 44), ("mmap", 9), ("execve", 59)):
        code, out, err = run("call %d\naddress 10.0.2.15\n" % number, *where)
        check(code == 1 and "survived" not in out and "forbids" in err, "recorded: %s kills" % name, (code, out, err))
    code, out, err = run("doors\n", *where)
    check(code != 0 and "can not record" in err and "good " not in out, "without an address nothing is recorded or started", (code, out, err))


def test_crash():
    code, out, err = run("panic\n")
    check(code == 1 and re.search(r"^crash: signal 4, image\+0x[0-9a-f]+, \S*probe.c:\d+$", out, re.M),
          "a panic is reported with file and line", (code, out, err))
    code, out, err = run("null\n")
    check(code == 1 and re.search(r"^crash: signal 11, image\+0x[0-9a-f]+$", out, re.M), "so is a fault", (code, out, err))
    began = time.monotonic()
    code, out, err = run("spin\n")
    check(code == 4 and 5 <= time.monotonic() - began < 30, "a turn over 5 s is ended", (code, out, err))


def test_console():
    log = os.path.join(FOLDER, "log")
    code, out, err = run("print\n", "--log", log)
    check(out == "a?[31mred?\ndone\n", "control characters do not reach the terminal", repr(out))
    with open(log) as f:
        check(f.read() == out, "the log is a copy of the console")


def test_frames():
    dump = os.path.join(FOLDER, "dump")
    code, out, err = run("arp\n", "--dump", dump)
    check("good arp" in out, "frames cross in both directions", out + err)
    with open(dump, "rb") as f:
        data = f.read()
    lengths, at = [], 24
    while at < len(data):
        lengths.append(struct.unpack_from("<I", data, at + 8)[0])
        at += 16 + lengths[-1]
    check(data[:4] == bytes.fromhex("d4c3b2a1") and len(lengths) >= 2 and at == len(data),
          "the dump holds them", lengths)
    for ip, seen_as in (("127.0.0.1", "10.0.2.2"), (own_address(),) * 2):
        with socket.socket() as listener:
            listener.bind((ip, 0))
            listener.listen()
            listener.settimeout(0.1)
            number = struct.unpack(">I", socket.inet_aton(seen_as))[0]
            code, out, err = run("connect %d %d\n" % (number, listener.getsockname()[1]))
            check("good no SYN" in out and not reached(listener), "the guest does not reach the host as %s" % seen_as.replace(own_address(), "its own address"), out)


def reached(listener):
    try:
        listener.accept()
        return True
    except socket.timeout:
        return False


def test_reach():
    """--reach opens one port of the host's loopback, and nothing beside it."""
    with socket.socket() as named, socket.socket() as other, socket.socket() as outside:
        for listener, ip in ((named, "127.0.0.1"), (other, "127.0.0.1"), (outside, own_address())):
            listener.bind((ip, 0))
            listener.listen()
            listener.settimeout(0.1)
        option = "--reach", str(named.getsockname()[1])
        host, own = (struct.unpack(">I", socket.inet_aton(ip))[0] for ip in ("10.0.2.2", own_address()))
        out = run("connect %d %d\n" % (host, named.getsockname()[1]), *option)[1]
        check("bad no SYN" in out and reached(named), "--reach: the guest reaches the named port", out)
        for listener, ip, name in ((other, host, "another port"), (outside, own, "another address"), (named, own, "the named port elsewhere")):
            out = run("connect %d %d\n" % (ip, listener.getsockname()[1]), *option)[1]
            check("good no SYN" in out and not reached(listener), "--reach: it does not reach " + name, out)


def test_refusals():
    code, out, err = run("pinata-boot-module 1\nchain main\n")
    check(code == 3 and "chain main" in err and out == "", "chain main does not start", (code, out, err))
    code, out, err = run("x" * 20000)
    check(code == 3 and "16 KiB" in err, "a module that is too long does not start", (code, out, err))
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    taken.listen()
    port = taken.getsockname()[1]
    code, out, err = run("listen\n", "--forward", "127.0.0.1:%d:80" % port)
    check(code == 64 and str(port) in err and "in use" in err, "a port in use is named", (code, out, err))
    for words, told in ((["--module", "/nowhere"], "/nowhere"), ([], "--module is missing"), (["--modul", "x"], "--modul x"),
                        (["--module"], "--module"), (["--module", "/dev/null", "--forward", "127.0.0.1:0:80"], "127.0.0.1:0:80"),
                        (["--module", "/dev/null", "--forward", "127.0.0.1:80"], "127.0.0.1:80"),
                        (["--module", "/dev/null", "--forward", "localhost:80:80"], "localhost"),
                        (["--module", "/dev/null", "--tap", "nosuchtap0" * 3], "too long"),
                        (["--module", "/dev/null", "--tap", "t", "--forward", "127.0.0.1:1:1"], "no forwards"),
                        (["--module", "/dev/null", "--reach", "0"], "--reach 0"),
                        (["--module", "/dev/null", "--tap", "t", "--reach", "1"], "no forwards"),
                        (["--module", "/dev/null"] + ["--reach", "1"] * 5, "--reach 1"),
                        (["--module", "/dev/null", "--log", "/nowhere/log"], "/nowhere/log"),
                        (["--module", "/dev/null", "--dump", "/nowhere/dump"], "/nowhere/dump")):
        done = subprocess.run([PROBE, *words], capture_output=True, text=True, timeout=20)
        check(done.returncode == 64 and told in done.stderr, "refused: " + " ".join(words)[:60], (done.returncode, done.stderr))


def test_without_root():
    """As a user with no rights, where the test itself has all."""
    with tempfile.TemporaryDirectory(prefix="pinata-nobody-") as folder:
        os.chmod(folder, 0o755)
        shutil.copy(PROBE, folder)
        with open(os.path.join(folder, "module"), "w") as f:
            f.write("doors\narp\n")
        command = [os.path.join(folder, "probe"), "--module", f.name, "--forward", "127.0.0.1:%d:80" % free_port()]
        if os.getuid() == 0:
            command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all", *command]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
        check(done.returncode == 0 and done.stdout.count("good ") == 8, "it needs no rights", done.stdout)


def test_ends():
    for how in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL):
        process = start("listen\n", "--forward", "127.0.0.1:%d:80" % free_port())
        process.stdout.readline()
        child = children(process.pid)[0]
        process.send_signal(how)
        code = process.wait(timeout=10)
        check(gone(child) and code == (-9 if how == signal.SIGKILL else 0), "%s ends both" % how.name, code)
    process = start("listen\n")
    process.stdout.readline()
    child = children(process.pid)[0]
    with open("/proc/%d/status" % child) as f:
        status = f.read()
    check("Seccomp:\t2" in status and "NoNewPrivs:\t1" in status, "the child is in the sandbox", status)
    with open("/proc/%d/limits" % child) as f:
        check(re.search(r"^Max core file size +0 +0 ", f.read(), re.M), "the child leaves no core dump")
    check(sorted(os.listdir("/proc/%d/fd" % child)) == ["0", "1", "2", "3"], "the child has four descriptors")
    os.kill(child, signal.SIGKILL)
    check(process.wait(timeout=10) == 1 and "signal 9" in process.stderr.read(), "the child's end is the parent's")


for test in (test_doors, test_sandbox, test_sanitized, test_recorded, test_crash, test_console, test_frames, test_reach, test_refusals, test_without_root, test_ends):
    test()
print("1..%d" % tests)
