#!/usr/bin/python3
"""tests/deploy/oci_test.py: the OCI layout of deploy/oci is sound and reproducible, and the recipes of deploy/untested have the form
and the paths that they should.  That any of these runs is unchecked, but for the machine that urunc's QEMU would be.  TAP."""
import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, "tests/images")
import machine  # noqa: E402

IMAGE = "build/virtio/pinata.elf"
PREFIX = "com.urunc.unikernel."
WANTED = {"unikernelType": "unikraft", "hypervisor": "qemu", "binary": "/unikernel/pinata.elf", "initrd": "/module/module"}
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


def read(path):
    with open(path, "rb") as f:
        return f.read()


def tree(folder):
    return {os.path.relpath(os.path.join(path, name), folder): read(os.path.join(path, name))
            for path, _, files in os.walk(folder) for name in files}


def build(folder, **differences):
    done = subprocess.run(["deploy/oci", folder], env=dict(os.environ, SOURCE_DATE_EPOCH="1700000000", **differences),
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


def test_layout(folder):
    one, two = folder + "/one", folder + "/two"
    built = [build(one), build(two, TZ="Asia/Kathmandu", LC_ALL="C.UTF-8", TMPDIR=folder)]
    check([code for code, _ in built] == [0, 0] and tree(one) == tree(two), "two builds are the same to the bit", built)
    blobs = {name.split("/")[-1]: data for name, data in tree(one).items() if name.startswith("blobs/sha256/")}
    check(all(hashlib.sha256(data).hexdigest() == name for name, data in blobs.items()), "every blob has its hash's name")
    index = json.loads(read(one + "/index.json"))
    check(index["schemaVersion"] == 2 and len(index["manifests"]) == 1 and index["manifests"][0]["annotations"] ==
          {"org.opencontainers.image.ref.name": "latest"}, "one manifest, called latest", index)
    manifest = json.loads(blobs[index["manifests"][0]["digest"].split(":")[1]])
    config = json.loads(blobs[manifest["config"]["digest"].split(":")[1]])
    check(manifest["annotations"] == {PREFIX + name: value for name, value in WANTED.items()}, "urunc's annotations", manifest["annotations"])
    described = [manifest["config"]] + manifest["layers"] + index["manifests"]
    check(all(len(blobs[each["digest"].split(":")[1]]) == each["size"] for each in described) and len(blobs) == len(described),
          "each blob is described, with its size, and no other is there", described)
    ours = subprocess.run(["deploy/image-hash", IMAGE], stdout=subprocess.PIPE, text=True).stdout.strip()
    check(config["os"] == "linux" and config["architecture"] == "amd64" and config["created"] == "2023-11-14T22:13:20Z" and
          config["config"]["Labels"]["pinata.image-hash"] == ours, "the date is the one asked for, and the image hash is told", config)
    done = subprocess.run(["umoci", "unpack", "--rootless", "--image", one + ":latest", folder + "/unpacked"], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    files = tree(folder + "/unpacked/rootfs")
    check(done.returncode == 0 and set(files) == {"unikernel/pinata.elf", "urunc.json"} and files["unikernel/pinata.elf"] == read(IMAGE),
          "it holds the image and urunc's file, and nothing else: no boot module", (done.stdout, list(files)))
    stats = [os.stat(folder + "/unpacked/rootfs/" + name) for name in files]
    check(all(int(stat.st_mtime) == 1700000000 and stat.st_mode & 0o777 == 0o444 for stat in stats), "files have that date and are read-only", stats)
    values = {name: base64.b64decode(value).decode() for name, value in json.loads(files["urunc.json"]).items()}
    check(values == manifest["annotations"], "urunc.json says the same as the annotations", values)
    code, said = build(one)
    check(code != 0 and "there already" in said and tree(one) == tree(two), "what is there is not overwritten", said)


def test_urunc_machine(folder):
    """The flags that urunc 0.7 gives QEMU, with TCG and a user network for KVM and the tap: QEMU's default machine, no generator."""
    subprocess.run(["deploy/practice", folder + "/practice"], check=True, stdout=subprocess.DEVNULL)
    words = ("-vga", "none", "-monitor", "null", "-netdev", "user,id=net0", "-device", "virtio-net-pci,netdev=net0,host_mtu=1500,mac=52:54:00:01:02:03")
    with machine.Machine(IMAGE, module=folder + "/practice/module", memory=64, machine="pc", rng=False, net=False, debug_exit=False, extra=words,
                         cmdline="Unikraft netdev.ip=10.0.2.15/24:10.0.2.2:8.8.8.8 -- /unikernel/pinata.elf") as guest:
        try:
            guest.wait_for("pinata: ready", 120)
        except TimeoutError:
            pass
    check("pinata: ready" in guest.console and "no network card" not in guest.console, "the machine that urunc's flags describe comes up", guest.console)


def test_recipes():
    recipes = {name: json.loads(read("deploy/untested/" + name)) for name in sorted(os.listdir("deploy/untested")) if name.endswith(".json")}
    check(list(recipes) == ["firecracker.json", "kubevirt.json", "urunc-pod.json"], "every recipe is JSON", list(recipes))
    boot = recipes["firecracker.json"]["boot-source"]
    check((boot["kernel_image_path"], boot["initrd_path"]) == ("/opt/pinata/pinata.elf", "/etc/pinata/module") and
          recipes["firecracker.json"]["network-interfaces"][0]["host_dev_name"] == "pinata0" and "entropy" in recipes["firecracker.json"],
          "Firecracker: the paths of the other recipes, a card, a generator", boot)
    command = read("deploy/untested/cloud-hypervisor").decode()
    shell = subprocess.run(["sh", "-n", "deploy/untested/cloud-hypervisor"])
    check(shell.returncode == 0 and boot["kernel_image_path"] in command and boot["initrd_path"] in command and "max_phys_bits=39" in command
          and "UINT64_C(1) << 39" in re.search(r"HIGH_TO = ([^,]*),", read("platform/virtio/pci.c").decode()).group(0),
          "Cloud Hypervisor: the same paths, and registers where the image looks", command)
    machine = recipes["kubevirt.json"]["spec"]["template"]
    container = machine["spec"]["domain"]["firmware"]["kernelBoot"]["container"]
    check((container["kernelPath"], container["initrdPath"]) == (WANTED["binary"], WANTED["initrd"]) and
          machine["metadata"]["annotations"] == {"kubevirt.io/placePCIDevicesOnRootComplex": "true"} and
          machine["spec"]["domain"]["machine"]["type"] == "q35", "KubeVirt: the paths of the OCI image, and the devices on bus 0", container)
    pod = recipes["urunc-pod.json"]["spec"]
    mount, volume = pod["containers"][0]["volumeMounts"][0], pod["volumes"][0]
    check(mount["name"] == volume["name"] and mount["readOnly"] and os.path.join(mount["mountPath"], volume["secret"]["items"][0]["path"]) ==
          WANTED["initrd"] and volume["secret"]["defaultMode"] == 0o400 and not pod["automountServiceAccountToken"],
          "the pod: the module is a Secret, where the annotation looks for it", pod)


def main():
    test_recipes()
    with tempfile.TemporaryDirectory(prefix="pinata-oci-") as folder:
        test_urunc_machine(folder)
        if shutil.which("umoci"):
            test_layout(folder)
        else:
            skip("the OCI layout", "no umoci here: apt-get install umoci")


main()
print("1..%d" % tests)
