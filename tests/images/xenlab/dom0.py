#!/usr/bin/python3
"""dom0.py DIR: from the unpacked packages in DIR/root make what QEMU boots: DIR/xen (the hypervisor),
DIR/vmlinux (dom0's kernel) and DIR/dom0.cpio (its whole file system, in memory).

No emulation, no loop device, no root: the cpio archive is written here.
"""
import glob
import gzip
import lzma
import os
import re
import struct
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
XEN_PROGRAMS = "xl xenstored xenconsoled xen-init-dom0 libxl-save-helper xenctx lsevtchn".split()
XENSTORE_PROGRAMS = "read write ls list rm exists".split()
MODULES = "xen_evtchn xen_gntdev xen_privcmd xenfs xen_netback virtio_pci virtio_net bridge".split()
DIRS = """bin sbin lib lib64 usr etc etc/xen etc/xen/scripts dev proc sys tmp guest run run/xen run/lock
    var var/lib var/lib/xen var/log var/log/xen var/log/xen/console modules""".split()
LINKS = {"var/run": "../run", "var/lock": "../run/lock", "usr/bin": "../bin", "usr/sbin": "../sbin"}


class Tree:
    """A file system that becomes a "newc" cpio archive."""

    def __init__(self):
        self.entries = {}

    def put(self, path, data, mode):
        self.entries.setdefault(path, (mode, data))

    def dir(self, path):
        parent = os.path.dirname(path)
        if parent:
            self.dir(parent)
        self.put(path, b"", 0o40755)

    def link(self, path, target):
        self.put(path, target.encode(), 0o120777)

    def file(self, path, source, mode=0o100755):
        with open(source, "rb") as src:
            self.put(path, src.read(), mode)

    def cpio(self):
        out = bytearray()
        for number, (path, (mode, data)) in enumerate([*self.entries.items(), ("TRAILER!!!", (0, b""))]):
            name = path.encode() + b"\0"
            fields = (number + 1, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name), 0)
            out += b"070701" + b"".join(b"%08x" % field for field in fields) + name
            out += bytes(-len(out) % 4) + data
            out += bytes(-len(out) % 4)
        return bytes(out)


def first(root, *patterns):
    for pattern in patterns:
        found = sorted(glob.glob(root + pattern))
        if found:
            return found[0]
    sys.exit(f"xenlab: the packages have no {patterns}")


def kernel_elf(path):
    """The ELF inside a bzImage: Xen would otherwise decompress it under emulation."""
    with open(path, "rb") as image:
        data = image.read()
    at = ((data[0x1f1] or 4) + 1) * 512 + struct.unpack_from("<I", data, 0x248)[0]
    payload = data[at:at + struct.unpack_from("<I", data, 0x24c)[0] - 4]
    if payload[:4] == b"\x28\xb5\x2f\xfd":
        elf = subprocess.run(["zstd", "-dc"], input=payload, stdout=subprocess.PIPE, check=True).stdout
    else:
        elf = lzma.decompress(payload)
    assert elf[:4] == b"\x7fELF"
    return elf


def add_programs(tree, root):
    """Xen's tools, xenstore's, busybox, and every library that one of them needs."""
    bin_dir = first(root, "/usr/lib/xen-4*/bin")
    inside = os.path.relpath(bin_dir, root)	# libxl has this path compiled in
    tree.dir(inside)
    todo = []
    for name in XEN_PROGRAMS:
        tree.file(f"{inside}/{name}", f"{bin_dir}/{name}")
        tree.link(f"sbin/{name}", f"/{inside}/{name}")
        todo.append(f"{bin_dir}/{name}")
    for name in XENSTORE_PROGRAMS:
        source = os.path.realpath(first(root, f"/usr/bin/xenstore-{name}", f"/usr/sbin/xenstore-{name}"))
        tree.file(f"bin/xenstore-{name}", source)
        todo.append(source)
    folders = [f"{root}/{folder}" for folder in ("usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu", "lib64", "usr/lib64")]
    folders += glob.glob(root + "/usr/lib/xen-4*/lib/x86_64-linux-gnu")
    libraries = ["libgcc_s.so.1"]		# dlopened by pthread_cancel; xl aborts without it
    while todo or libraries:
        if todo:
            text = subprocess.run(["readelf", "-d", todo.pop()], check=True, stdout=subprocess.PIPE, text=True).stdout
            libraries += re.findall(r"\(NEEDED\).*\[(.*)\]", text)
            continue
        name = libraries.pop()
        if f"lib/{name}" in tree.entries:
            continue
        source = next((f"{folder}/{name}" for folder in folders if os.path.exists(f"{folder}/{name}")), None)
        if source is None:
            sys.exit("xenlab: no package has " + name)
        tree.file(f"lib/{name}", os.path.realpath(source))
        todo.append(source)
    loader = first(root, "/lib64/ld-linux-x86-64.so.2", "/usr/lib64/ld-linux-x86-64.so.2")
    tree.file("lib64/ld-linux-x86-64.so.2", os.path.realpath(loader))
    busybox = first(root, "/bin/busybox", "/usr/bin/busybox")
    tree.file("bin/busybox", busybox)
    for name in subprocess.run([busybox, "--list"], check=True, stdout=subprocess.PIPE, text=True).stdout.split():
        tree.link(f"bin/{name}", "busybox")


def add_modules(tree, root):
    """The kernel modules of MODULES and what they depend on, in the order to load them."""
    folder = first(root, "/lib/modules/*", "/usr/lib/modules/*")
    paths = {}
    for where, _, names in os.walk(folder):
        for name in names:
            if ".ko" in name:
                paths[name.split(".ko")[0].replace("-", "_")] = os.path.join(where, name)
    with open(folder + "/modules.builtin") as lines:
        builtin = {os.path.basename(line.strip())[:-3].replace("-", "_") for line in lines}
    order = []

    def add(name):
        if not name or name in builtin or name in order:
            return
        with open(paths[name], "rb") as module:
            data = module.read()
        if paths[name].endswith(".xz"):
            data = lzma.decompress(data)
        depends = re.search(rb"\0depends=([^\0]*)\0", b"\0" + data)
        for other in (depends.group(1).decode().split(",") if depends else []):
            add(other.replace("-", "_"))
        tree.put(f"modules/{name}.ko", data, 0o100644)
        order.append(name)

    for name in MODULES:
        add(name)
    tree.put("modules/order", ("\n".join(order) + "\n").encode(), 0o100644)


def build(place):
    root = os.path.abspath(place) + "/root"
    tree = Tree()
    for folder in DIRS:
        tree.dir(folder)
    for path, target in LINKS.items():
        tree.link(path, target)
    add_programs(tree, root)
    add_modules(tree, root)
    tree.put("etc/xen/xl.conf", b"", 0o100644)
    tree.file("etc/xen/scripts/vif-lab", HERE + "/vif-lab")
    tree.file("init", HERE + "/init")
    with open(f"{place}/vmlinux", "wb") as out:
        out.write(kernel_elf(first(root, "/boot/vmlinuz-*")))
    with gzip.open(first(root, "/boot/xen-*.gz")) as packed, open(f"{place}/xen", "wb") as out:
        out.write(packed.read())
    with open(f"{place}/dom0.cpio", "wb") as out:
        out.write(tree.cpio())


if __name__ == "__main__":
    build(sys.argv[1])
