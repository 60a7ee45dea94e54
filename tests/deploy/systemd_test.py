#!/usr/bin/python3
"""tests/deploy/systemd_test.py: the units are understood by systemd, exposed little, and their commands work as written.
Started here by hand, with other ports: that systemd itself starts them is unchecked.  TAP."""
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

sys.path.insert(0, "tests/e2e")
import machines  # noqa: E402

EXPOSURE_MAX = 20       # of 100, as systemd-analyze counts; 17, 13 and 12 when this was written
tests = 0


def check(good, name, why=""):
    global tests
    tests += 1
    print("%sok %d - %s" % ("" if good else "not ", tests, name), flush=True)
    if not good:
        print("# " + str(why).replace("\n", "\n# "), flush=True)


def skip(name, why):
    global tests
    tests += 1
    print("ok %d - %s # SKIP %s" % (tests, name, why), flush=True)


def analyze(*words):
    done = subprocess.run(["systemd-analyze", *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


def test_unit(name, folder):
    with open("deploy/systemd/" + name) as f:
        text = f.read()
    copy = os.path.join(folder, name.replace("@.", "@8080."))
    with open(copy, "w") as f:
        f.write(text.replace("/opt/pinata", folder))
    code, said = analyze("verify", "--man=no", copy)
    check(code == 0 and "pinata" not in said, "%s is a unit" % name, said)
    code, said = analyze("security", "--offline=true", "--threshold=%d" % EXPOSURE_MAX, copy)
    check(code == 0, "%s is exposed little" % name, said)
    with open(copy, "w") as f:
        f.write(text.replace("/opt/pinata", folder).replace("RestrictNamespaces=yes", "RestrictNamespace=yes").replace("NoNewPrivileges=yes", ""))
    code, said = analyze("verify", "--man=no", copy)
    check("RestrictNamespace" in said, "a misspelt line of it would be seen", said)


def test_sockets(folder):
    """Each socket is a unit, listens on every address, and its proxy's instance is the forward of that port in both services."""
    forwards = []
    for name in "pinata-qemu.service", "pinata-hosted.service":
        with open("deploy/systemd/" + name) as f:
            forwards.append(sorted(re.findall(r"\b(\d{4,}):(80|443|10000|10002)\b", re.search(r"^ExecStart=.*$", f.read(), re.M).group(0))))
    sockets = []
    shutil.copy("deploy/systemd/pinata-proxy@.service", folder)
    for name in sorted(os.listdir("deploy/systemd")):
        if name.endswith(".socket"):
            with open("deploy/systemd/" + name) as f:
                sockets.append((re.fullmatch(r"pinata-proxy@(\d+)\.socket", name).group(1), re.search(r"^ListenStream=0\.0\.0\.0:(\d+)$", f.read(), re.M).group(1)))
            shutil.copy("deploy/systemd/" + name, folder)
            if shutil.which("systemd-analyze"):
                code, said = analyze("verify", "--man=no", os.path.join(folder, name))
                check(code == 0 and "pinata" not in said, "%s is a unit" % name, said)
    check(len(sockets) == 4 and sorted(sockets) == forwards[0] == forwards[1], "the sockets' proxies lead to what both services forward", (sockets, forwards))


def through_proxy(page):
    """The page by what pinata-proxy@.service starts, its socket being ours; "" without systemd's programs."""
    with open("deploy/systemd/pinata-proxy@.service") as f:
        command = shlex.split(re.search(r"^ExecStart=(.*)$", f.read(), re.M).group(1).replace("%i", page))
    port = machines.free_ports(1)[0]
    proxy = subprocess.Popen(["systemd-socket-activate", "-l", "127.0.0.1:%d" % port, *command], stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    answer, end = "", time.monotonic() + 30
    while time.monotonic() < end and proxy.poll() is None and not answer:
        try:
            answer = urllib.request.urlopen("http://127.0.0.1:%d/" % port, timeout=10).read().decode()
        except OSError:
            time.sleep(0.1)
    proxy.terminate()
    proxy.wait(20)
    return answer


def test_command(name, folder):
    """What ExecStart says, with our ports and our module, answers on each port, and ends when told."""
    with open("deploy/systemd/" + name) as f:
        command = re.search(r"^ExecStart=(.*)$", f.read(), re.M).group(1)
    forwarded = sorted(set(re.findall(r"\b(\d{4,}):(80|443|10000|10002)\b", command)))
    for (outer, inner), free in zip(forwarded, machines.free_ports(len(forwarded))):
        command = command.replace("%s:%s" % (outer, inner), "%d:%s" % (free, inner))
    command = command.replace("/opt/pinata", folder).replace("${CREDENTIALS_DIRECTORY}", folder)
    page = re.search(r"(\d{4,}):80\b", command).group(1)
    with open(folder + "/console", "wb") as console:
        process = subprocess.Popen(shlex.split(command), stdin=subprocess.DEVNULL, stdout=console, stderr=console)
    answer, end = "", time.monotonic() + 30
    while time.monotonic() < end and process.poll() is None and not answer:
        try:
            answer = urllib.request.urlopen("http://127.0.0.1:%s/" % page, timeout=2).read().decode()
        except OSError:
            time.sleep(0.1)
    if name == "pinata-qemu.service" and answer:
        if shutil.which("systemd-socket-activate") and os.path.exists("/lib/systemd/systemd-socket-proxyd"):
            check("bcrt1q" in through_proxy(page), "and so does what pinata-proxy@.service starts, before it")
        else:
            skip("and so does what pinata-proxy@.service starts, before it", "this machine has no systemd-socket-activate")
    process.terminate()
    process.wait(20)
    with open(folder + "/console", errors="replace") as f:
        check("bcrt1q" in answer and len(forwarded) == 4, "what %s starts serves the page" % name, (command, f.read(), answer[:200]))


def main():
    with tempfile.TemporaryDirectory(prefix="pinata-units-") as folder:
        shutil.copy("deploy/qemu", folder + "/qemu")
        shutil.copy("build/virtio/pinata.elf", folder + "/pinata.elf")
        shutil.copy("build/hosted/pinata", folder + "/pinata")
        subprocess.run(["deploy/practice", folder + "/practice"], check=True)
        shutil.copy(folder + "/practice/module", folder + "/module")
        test_sockets(folder)
        if shutil.which("systemd-analyze"):
            shutil.copy("deploy/forward", folder + "/forward")
            for name in "pinata-proxy@.service", "pinata-forward@.service", "pinata-qemu@.service":
                test_unit(name, folder)
        for name in ("pinata-qemu.service", "pinata-hosted.service"):
            if shutil.which("systemd-analyze"):
                test_unit(name, folder)
            else:
                skip("%s is a unit" % name, "this machine has no systemd-analyze")
            test_command(name, folder)


main()
print("1..%d" % tests)
