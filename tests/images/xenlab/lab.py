"""lab.py: Debian's Xen and a small dom0 inside QEMU (TCG: emulated SVM and nested paging), as an
object for tests.  Nothing is installed on this machine and no KVM is needed.

    with Lab(log_dir) as lab:
        lab.put({"guest/kernel": image})
        status, text = lab.sh("xl create /guest/u.cfg")

dom0 runs shell scripts for us (lab.sh), takes files (lab.put), and every guest named "u" has its console
in lab.console().  Ports of GUEST are forwarded from 127.0.0.1 (lab.port).  The packages and the dom0
image are cached under build/xenlab/RELEASE and made again when one of these scripts changes.

    lab.py prepare                              fetch and build only
    lab.py run IMAGE [RAMDISK] [-- PATTERN]     one guest; its console until PATTERN or shutdown
"""
import fcntl
import hashlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

import dom0
import packages

HERE = os.path.dirname(os.path.abspath(__file__))
CACHE = os.path.join(HERE, "../../../build/xenlab")
GUEST, DOM0 = "10.0.2.15", "10.0.2.50"	# QEMU's user network: 10.0.2.0/24, gateway 10.0.2.2
MAC = "00:16:3e:00:00:50"
START_SECONDS = 90			# dom0's tools are ready after 5 s on a quiet machine
# -smap: TCG of QEMU 7.2 faults on an IRET to ring 3 when it is on, which kills a PV dom0.
# -rdtscp: TCG reports it as RDTSC, which Xen then refuses to emulate.
CPU = "max,+svm,-smap,-rdtscp"
# One processor for dom0: with two, Linux 6.12 once met its own half-patched code under TCG and died.
XEN_OPTIONS = "console=com1 com1=115200,8n1 dom0_mem=256M,max:256M dom0_max_vcpus=1 guest_loglvl=all spec-ctrl=no sched=credit"


def release():
    """bookworm or trixie: XENLAB_RELEASE, else this machine's own when it is one of them."""
    name = os.environ.get("XENLAB_RELEASE", "")
    if not name:
        with open("/etc/os-release") as lines:
            name = re.search(r"^VERSION_CODENAME=(.*)$", lines.read(), re.M).group(1)
    return name if name in packages.RELEASES else "bookworm"


def prepare():
    """Make the cache complete; return its folder."""
    place = os.path.join(os.path.abspath(CACHE), release())
    os.makedirs(place, exist_ok=True)
    with open(place + "/lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for stamp, names, make in (("fetched", ["packages.py"], lambda: packages.fetch(release(), place)),
                                   ("built", ["packages.py", "dom0.py", "init", "vif-lab"], lambda: dom0.build(place))):
            made_from = "".join(hashlib.sha256(open(f"{HERE}/{name}", "rb").read()).hexdigest() for name in names)
            stamp = f"{place}/{stamp}"
            if not os.path.exists(stamp) or open(stamp).read() != made_from:
                make()
                with open(stamp, "w") as out:
                    out.write(made_from)
    return place


def free_ports(number):
    """Ports that nobody has now.  QEMU binds them a moment later."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [each.getsockname()[1] for each in held]
    for each in held:
        each.close()
    return ports


class Lab:
    def __init__(self, log_dir=None, guest_ports=(80, 10000)):
        self.place = prepare()
        self.log_dir = log_dir or tempfile.mkdtemp(prefix="xenlab.")
        os.makedirs(self.log_dir, exist_ok=True)
        self.console_path = self.log_dir + "/guest.log"
        self.dump_path = self.log_dir + "/frames.pcap"	# of the laboratory's card: dom0's and the guests'
        wanted = [(DOM0, 23), (DOM0, 24)] + [(GUEST, port) for port in guest_ports]
        self.ports = dict(zip(wanted, free_ports(len(wanted))))
        self.qemu = None

    def port(self, guest_port):
        return self.ports[(GUEST, guest_port)]

    def __enter__(self):
        net = "user,id=n0" + "".join(f",hostfwd=tcp:127.0.0.1:{port}-{address}:{inner}"
                                     for (address, inner), port in self.ports.items())
        open(self.console_path, "w").close()
        self.xen_log = open(self.log_dir + "/xen.log", "wb")
        place = self.place
        self.qemu = subprocess.Popen(
            [os.environ.get("QEMU", "qemu-system-x86_64"), "-nodefaults", "-no-user-config", "-display", "none",
             "-no-reboot", "-machine", "q35", "-accel", "tcg,thread=multi", "-cpu", CPU, "-smp", "2", "-m", "512",
             "-kernel", place + "/xen", "-append", XEN_OPTIONS,
             "-initrd", f"{place}/vmlinux console=hvc0 quiet mitigations=off random.trust_cpu=on,{place}/dom0.cpio",
             "-netdev", net, "-device", "virtio-net-pci,netdev=n0,romfile=",
             "-object", "filter-dump,id=dump,netdev=n0,file=" + self.dump_path,
             "-serial", "stdio", "-serial", "file:" + self.console_path],
            stdin=subprocess.DEVNULL, stdout=self.xen_log, stderr=subprocess.STDOUT)
        try:
            self.until(lambda: "XENLAB-READY" in self.log(), START_SECONDS, "dom0 is up")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.qemu.kill()
        self.qemu.wait()
        self.xen_log.close()

    def log(self):
        with open(self.log_dir + "/xen.log", errors="replace") as text:
            return text.read()

    def console(self):
        """All that guests have written so far, over all their lives."""
        with open(self.console_path, errors="replace") as text:
            return text.read().replace("\r", "")

    def until(self, fact, seconds, what):
        """Wait for fact() to hold and return what it returned; an error after `seconds`."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = fact()
            if found:
                return found
            if self.qemu.poll() is not None:
                raise RuntimeError("QEMU ended before: " + what + "\n" + self.log()[-2000:])
            time.sleep(0.05)
        raise TimeoutError(f"{seconds} s were not enough for: {what}\n{self.log()[-1500:]}")

    def talk(self, port, data, seconds):
        with socket.create_connection(("127.0.0.1", self.ports[(DOM0, port)]), timeout=seconds) as line:
            line.settimeout(seconds)
            line.sendall(data)
            if port == 24:
                line.shutdown(socket.SHUT_WR)
            answer = b""
            while True:
                more = line.recv(65536)
                if not more:
                    return answer.decode(errors="replace")
                answer += more

    def sh(self, script, seconds=30):
        """Run a script in dom0's root shell; its exit status and what it wrote."""
        text = self.talk(23, f"( {script}\n) </dev/null; echo \"XENLAB-STATUS $?\"; exit\n".encode(), seconds)
        before, _, status = text.rpartition("XENLAB-STATUS ")
        return int(status), before

    def put(self, files):
        """Place files (path without leading slash -> bytes) into dom0."""
        tree = dom0.Tree()
        for path, data in files.items():
            tree.dir(os.path.dirname(path))
            tree.put(path, data, 0o100644)
        self.talk(24, tree.cpio(), 30)
        for path, data in files.items():
            status, text = self.sh(f"sha256sum </{path}")
            if text.split()[0] != hashlib.sha256(data).hexdigest():
                raise RuntimeError(f"{path} did not reach dom0")

    def create(self, image, ramdisk=None, settings=None):
        """xl create a guest named u from deploy/xen.cfg; the exit status and output of xl.  settings: lines to change, by name."""
        with open(HERE + "/../../../deploy/xen.cfg") as text:
            lines = dict(re.findall(r"^(\w+) *= *(.*)$", text.read(), re.M))
        lines.update({"name": '"u"', "kernel": '"/guest/kernel"', "ramdisk": '"/guest/ramdisk"', "on_reboot": '"destroy"',
                      "on_crash": '"destroy"', "vif": f"['mac={MAC},bridge=xenbr0,script=vif-lab']"})
        lines.update(settings or {})
        files = {"guest/kernel": image, "guest/ramdisk": ramdisk or b""}
        if not ramdisk:
            del lines["ramdisk"]
        files["guest/u.cfg"] = "".join(f"{name}={value}\n" for name, value in lines.items()).encode()
        self.put(files)
        self.destroy()
        return self.sh("rm -f /var/log/xen/xl-u.log*; xl create -q /guest/u.cfg", 60)

    def reason(self):
        """How the guest ended: the reason code that libxl's own monitor logged (0 poweroff, 1 reboot, 3 crash)."""
        found = re.findall(r"reason code (\d+)", self.sh("cat /var/log/xen/xl-u.log")[1])
        return int(found[-1]) if found else None

    def destroy(self):
        self.sh("if xl domid u; then xl destroy u; while xl domid u; do usleep 50000; done; fi", 60)


def run_one(words):
    pattern = None
    if "--" in words:
        at = words.index("--")
        words, pattern = words[:at], words[at + 1]
    files = [open(path, "rb").read() for path in words]
    with Lab() as lab:
        status, text = lab.create(*files)
        if status:
            sys.exit(text + lab.sh("cat /var/log/xen/xl-u.log; xl dmesg | tail -20")[1])
        try:
            lab.until(lambda: re.search(pattern, lab.console()) if pattern else lab.reason() is not None, 60, "the guest")
        finally:
            print(lab.console(), end="")
    shutil.rmtree(lab.log_dir)


if __name__ == "__main__":
    if sys.argv[1:2] == ["prepare"]:
        print("xenlab: " + prepare())
    elif sys.argv[1:2] == ["run"]:
        run_one(sys.argv[2:])
    else:
        sys.exit(__doc__)
