#!/usr/bin/python3
"""tests/deploy/libvirt_test.py [run]: deploy/libvirt/pinata.xml is what libvirt's schema allows and what its head promises.
With `run` (make check-long) Debian's libvirtd starts it, in a session of its own, as another user when we are root.
Changed for that: paths, and QEMU's user network for the bridge.  TAP."""
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree

sys.path.insert(0, "tests/e2e")
import machines  # noqa: E402

XML = "deploy/libvirt/pinata.xml"
NEEDED = "libvirt-daemon libvirt-daemon-driver-qemu libvirt-clients"
LIMIT = 12             # seconds for anything to happen
tests = 0


def check(good, name, why=""):
    global tests
    tests += 1
    print("%sok %d - %s" % ("" if good else "not ", tests, name), flush=True)
    if not good:
        print("# " + str(why).replace("\n", "\n# "), flush=True)
    return good


def skip(name, why):
    global tests
    tests += 1
    print("ok %d - %s # SKIP %s" % (tests, name, why), flush=True)


def until(condition):
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return False


def test_text():
    domain = ElementTree.parse(XML).getroot()
    devices = domain.find("devices")
    check(domain.find("os/type").get("machine") == "q35" and domain.find("os/kernel") is not None and domain.find("os/initrd") is not None
          and domain.find("os/loader") is None, "q35, and the image is booted directly")
    slots = {each.tag: each.find("address").attrib for each in devices if each.find("model[@type='virtio']") is not None or each.tag == "rng"}
    check(set(slots) == {"interface", "rng"} and all(int(at["bus"], 16) == 0 and int(at["function"], 16) == 0 and 0 < int(at["slot"], 16) < 25
          for at in slots.values()), "both devices are where the image looks: bus 0, function 0, a slot whose pin it knows", slots)
    check(devices.find("memballoon").get("model") == "none" and devices.find("controller[@type='usb']").get("model") == "none" and not
          any(devices.find(tag) is not None for tag in ("graphics", "video", "disk", "sound", "channel", "hostdev", "filesystem", "shmem")),
          "no balloon, no USB, no graphics, no disk, no channel")
    check(domain.find("on_crash").text == "restart" and domain.find("on_poweroff").text == "destroy" and devices.find("panic") is not None,
          "a crash restarts it, a power off does not")
    if not shutil.which("virt-xml-validate"):
        return skip("libvirt's schema allows it", "no virt-xml-validate here: apt-get install " + NEEDED)
    done = subprocess.run(["virt-xml-validate", XML, "domain"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    check(done.returncode == 0, "libvirt's schema allows it", done.stdout)
    with tempfile.NamedTemporaryFile("w", suffix=".xml") as wrong, open(XML) as right:
        wrong.write(right.read().replace("<nosharepages/>", "<nosharedpages/>"))
        wrong.flush()
        done = subprocess.run(["virt-xml-validate", wrong.name, "domain"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        check(done.returncode != 0, "a misspelt line of it would be seen", done.stdout)


class Session:
    """A libvirtd of our own: its socket, its configuration and its domains live and end in `folder`."""

    def __init__(self, folder):
        self.folder = folder
        user = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        self.user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if os.getuid() == 0 else {}
        self.environment = dict(os.environ, HOME=folder, LIBVIRT_AUTOSTART="0")    # virsh starts no daemon by itself
        for name in ("RUNTIME", "CONFIG", "CACHE", "STATE", "DATA"):
            path = os.path.join(folder, name.lower())
            os.makedirs(path, 0o700)
            self.environment["XDG_%s_%s" % (name, "DIR" if name == "RUNTIME" else "HOME")] = path
        os.mkdir(folder + "/config/libvirt")
        with open(folder + "/config/libvirt/qemu.conf", "w") as f:
            f.write('stdio_handler = "file"\n')     # no virtlogd beside it
        self.give()
        with open(folder + "/libvirtd.log", "w") as log:
            self.daemon = subprocess.Popen(["libvirtd", "--pid-file", folder + "/pid"], env=self.environment, stdin=subprocess.DEVNULL,
                                           stdout=log, stderr=log, cwd=folder, **self.user)

    def give(self):
        """All of the folder to the session's user."""
        if self.user:
            for path, folders, files in os.walk(self.folder):
                for each in [path] + [os.path.join(path, name) for name in folders + files]:
                    os.chown(each, self.user["user"], self.user["group"], follow_symlinks=False)

    def virsh(self, *words):
        done = subprocess.run(["timeout", "60", "virsh", "-c", "qemu:///session", *words], env=self.environment, cwd=self.folder,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **self.user)
        return done.stdout.strip()

    def console(self, name):
        try:
            with open("%s/%s.console" % (self.folder, name), errors="replace") as f:
                return f.read()
        except FileNotFoundError:
            return ""

    def start(self, name, image, module, cmdline=""):
        """The domain of deploy/libvirt under another name; what virsh said."""
        with open(XML) as f:
            text = f.read()
        for old, new in (("<name>pinata<", "<name>%s<" % name), ("/opt/pinata/pinata.elf", image), ("/etc/pinata/module", module),
                         ("</initrd>", "</initrd><cmdline>%s</cmdline>" % cmdline if cmdline else "</initrd>"),
                         ("/var/log/libvirt/qemu/pinata-console.log", "%s/%s.console" % (self.folder, name)),
                         ('<interface type="bridge">', '<interface type="user">'), ('<source bridge="br0"/>', "")):
            assert old in text, old
            text = text.replace(old, new)
        with open("%s/%s.xml" % (self.folder, name), "w") as f:
            f.write(text)
        self.give()
        return self.virsh("create", "%s/%s.xml" % (self.folder, name))

    def end(self):
        for name in self.virsh("list", "--name").split():
            self.virsh("destroy", name)
        self.daemon.terminate()
        try:
            self.daemon.wait(30)
        except subprocess.TimeoutExpired:
            self.daemon.kill()
            self.daemon.wait()


def s_client(port, *words):
    return subprocess.run(["openssl", "s_client", "-quiet", "-connect", "127.0.0.1:%d" % port, *words], timeout=LIMIT, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout


def test_serves(session, practice):
    said = session.start("good", session.folder + "/pinata.elf", practice + "/module")
    if not check(until(lambda: "pinata: ready" in session.console("good")), "it is ready", (said, session.console("good"))):
        return
    ports = machines.free_ports(2)
    for port, inner in zip(ports, (80, 10000)):
        session.virsh("qemu-monitor-command", "good", "--hmp", "hostfwd_add hostnet0 tcp:127.0.0.1:%d-10.0.2.15:%d" % (port, inner))
    page = subprocess.run(["curl", "--silent", "--max-time", str(LIMIT), "http://127.0.0.1:%d/" % ports[0]], stdout=subprocess.PIPE, text=True).stdout
    check("bcrt1q" in page, "the page", page[:200])
    refused, won = s_client(ports[1]), s_client(ports[1], "-cert", practice + "/client.crt", "-key", practice + "/client.key")
    check("alert number 116" in refused and "WIF" not in refused, "the refusal", refused)
    check("private key (WIF, compressed): c" in won, "the win", won)
    with open(session.folder + "/cache/libvirt/qemu/log/good.log") as f:
        command = f.read()
    check("-sandbox on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny" in command, "QEMU's own filter is on", command)
    check(not re.search("balloon|usb-|VGA|vnc|spice|virtio-serial|dump-guest-core=on", command), "and nothing is there that was not asked for", command)


def main():
    test_text()
    if sys.argv[1:] == ["run"]:
        if not shutil.which("libvirtd") or not shutil.which("virsh"):
            return skip("libvirt runs it", "no libvirtd and virsh here: apt-get install " + NEEDED)
        with tempfile.TemporaryDirectory(prefix="pinata-libvirt-") as folder:
            practice = folder + "/practice"
            subprocess.run(["deploy/practice", practice], check=True, stdout=subprocess.DEVNULL)
            shutil.copy("build/virtio/pinata.elf", folder + "/pinata.elf")
            shutil.copy("build/images/attack/pinata.elf", folder + "/attack.elf")
            with open(folder + "/bad", "wb") as f:
                f.write(bytes(9000))
            session = Session(folder)
            try:
                if check(until(lambda: os.path.exists(folder + "/runtime/libvirt/libvirt-sock") and "QEMU" in session.virsh("version")), "libvirtd answers", open(folder + "/libvirtd.log").read()):
                    test_serves(session, practice)
                    session.start("crash", folder + "/attack.elf", practice + "/module", "do=panic")
                    check(until(lambda: session.console("crash").count("crash: exit 1") >= 2), "a crash starts it anew", session.console("crash"))
                    session.start("bad", folder + "/pinata.elf", folder + "/bad")
                    check(until(lambda: "refused" in session.console("bad") and "bad" not in session.virsh("list", "--name").split()),
                          "a boot module that is refused ends it", session.console("bad") + session.virsh("list", "--all"))
            finally:
                session.end()
    return None


main()
print("1..%d" % tests)
