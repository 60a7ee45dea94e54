#!/usr/bin/python3
"""tests/deploy/tcb_test.py: both images pass deploy/tcb; each kind of secret and each stranger, planted, does not.  TAP."""
import importlib.machinery
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
loader = importlib.machinery.SourceFileLoader("tcb", "deploy/tcb")
tcb = importlib.util.module_from_spec(importlib.util.spec_from_loader("tcb", loader))
loader.exec_module(tcb)
IMAGE = "build/virtio/pinata.elf"
tests = 0


def check(good, name, why=""):
    global tests
    tests += 1
    print("%sok %d - %s" % ("" if good else "not ", tests, name), flush=True)
    if not good:
        print("# " + str(why).replace("\n", "\n# "), flush=True)


def openssl(*words, given=None):
    return subprocess.run(["openssl", *words], input=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True).stdout


def test_secrets(folder):
    subprocess.run(["deploy/practice", folder + "/practice"], check=True)
    module = folder + "/practice/module"
    with open(module) as f:
        lines = dict(line.strip().split(" ", 1) for line in f)
    with open(IMAGE, "rb") as f:
        image = f.read()
    pem = openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
    kinds = {
        "PEM": pem,
        "64 hexadecimal digits": b"0123456789abcdef" * 4,
        "a PKCS#8 private key": openssl("pkcs8", "-topk8", "-nocrypt", "-outform", "DER", given=pem),
        "a SEC1 private key": openssl("ec", "-outform", "DER", given=pem),
        "an RSA private key": openssl("rsa", "-traditional", "-outform", "DER", given=openssl("genrsa", "2048")),
        "a DER certificate": openssl("x509", "-in", folder + "/practice/client.crt", "-outform", "DER"),
        # The WIF of the key 1, compressed and not, main and test chains: known values.
        "a WIF private key": b"KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWn",
        "a WIF private key ": b"5HpHagT65TZzG1PH3CSu63k8DbpvD8s5ip4nEB3kEsreAnchuDf",
        "a WIF private key  ": b"cMahea7zqjxrtgAbB7LSGbcQUr1uX1ojuat9jZodMN87JcbXMTcA",
    }
    for key in ("private-key", "seed", "peer-authority", "server-authority", "checksum"):
        kinds["%s of" % key] = bytes.fromhex(lines[key])
    check(tcb.secrets(image, [module]) == [], "the image holds none", tcb.secrets(image, [module]))
    for name, planted in kinds.items():
        planted = b"\0" + planted + b"\0"     # so that no neighbour looks like its next digit
        found = tcb.secrets(image[:200001] + planted + image[200001 + len(planted):], [module])
        check(any(each.startswith(name.strip()) for each in found), "planted, it is found: " + name.strip(), found)
    almost = b"KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWm"
    check(tcb.secrets(almost) == [], "a word whose checksum is wrong is no key")


def test_strangers():
    allowed = tcb.read_allowed()
    check(list(allowed) == sorted(allowed), "the list is sorted")
    check(tcb.strangers({"tlsstack/der.c", "platform/virtio/serial.c"}, allowed, IMAGE) == [], "own files are no strangers")
    for path in ("build/third-party/newlib/newlib/libc/stdio/printf.c", "tests/images/attack.c", "platform/xen/grant.c",
                 "platform/hosted/main.c", "build/third-party/bearssl/src/ssl/ssl_engine.c", "/usr/include/stdio.h"):
        check(tcb.strangers({"tlsstack/der.c", path}, allowed, IMAGE) == [path], "a stranger: " + path)
    check(tcb.strangers({"platform/virtio/serial.c"}, allowed, "build/xen/pinata.elf") != [], "virtio is a stranger under Xen")


def test_images(folder):
    done = subprocess.run(["deploy/tcb"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    check(done.returncode == 0 and "tcb:" not in done.stdout and "102000" in done.stdout, "both images pass", done.stdout)
    totals = [int(each) for each in re.findall(r"^  total +(\d+)", done.stdout, re.M)]
    check(len(totals) == 2 and all(10000 < each < 35000 for each in totals), "their lines are counted", totals)
    os.mkdir(folder + "/virtio")
    shutil.copy("build/images/attack/pinata.sym", folder + "/virtio/pinata.sym")
    shutil.copy(IMAGE, folder + "/virtio/pinata.elf")
    with open(folder + "/virtio/pinata.elf", "ab") as f:
        f.write(b"f" * 64)
    done = subprocess.run(["deploy/tcb", folder + "/virtio/pinata.elf"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    check(done.returncode == 1 and "attack.c is linked, and not in" in done.stdout and "holds 64 hexadecimal" in done.stdout,
          "a stranger and a secret end it with an error", done.stdout)


with tempfile.TemporaryDirectory(prefix="pinata-tcb-") as work:
    test_secrets(work)
    test_strangers()
    test_images(work)
print("1..%d" % tests)
