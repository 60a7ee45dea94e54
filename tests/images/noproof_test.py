#!/usr/bin/python3
"""tests/images/noproof_test.py: an image of `make PROOF=0` holds nothing that signs, and answers /proof with 404.

Built in a copy of the tree; the symbols of both links say what is in them, and a machine is asked.  TAP."""
import json
import os
import shutil
import subprocess

import tap
from machine import Machine

TREE = "build/noproof"
SIGNS = {"secp256k1_ecdsa_sign", "secp256k1_schnorrsig_sign32", "key_sign_schnorr", "put_outpoint"}


def symbols(folder):
    names = subprocess.run(["llvm-nm-19", "--just-symbol-name", folder + "/build/virtio/pinata.sym"], check=True, stdout=subprocess.PIPE, text=True)
    return set(names.stdout.split())


def without():
    shutil.rmtree(TREE, ignore_errors=True)
    os.makedirs(TREE + "/build")
    archive = subprocess.run(["git", "archive", "HEAD"], check=True, stdout=subprocess.PIPE).stdout
    subprocess.run(["tar", "-x", "-C", TREE], input=archive, check=True)
    for name, stamp in (("third-party", "stamp"), ("newlib", "libc.a")):
        shutil.copytree("build/" + name, TREE + "/build/" + name, symlinks=True)
        os.utime(TREE + "/build/" + name + "/" + stamp)
    built = subprocess.run(["make", "-C", TREE, "-j%d" % (os.cpu_count() or 2), "PROOF=0", "build/virtio/pinata.elf"],
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert built.returncode == 0, built.stdout[-2000:]
    ours, theirs = symbols("."), symbols(TREE)
    assert SIGNS <= ours, "not even in the usual image: %s" % (SIGNS - ours)
    assert not SIGNS & theirs, SIGNS & theirs


def is_asked():
    subprocess.run(["deploy/practice", TREE + "/practice"], check=True, stdout=subprocess.DEVNULL)
    machine = Machine(TREE + "/build/virtio/pinata.elf", module=TREE + "/practice/module", forwards=(80,))
    try:
        machine.wait_for("pinata: ready")
        url = "http://127.0.0.1:%d" % machine.port[80]
        get = ["curl", "--silent", "--max-time", "10", "--write-out", " %{http_code}"]
        proof = subprocess.run(get + [url + "/proof?nonce=" + 64 * "a"], stdout=subprocess.PIPE, text=True).stdout
        status = subprocess.run(get[:-2] + [url + "/status.json"], stdout=subprocess.PIPE, text=True).stdout
        assert proof.endswith(" 404"), proof
        assert "address" in json.loads(status) and "signature" not in status, status
    finally:
        machine.stop()


tap.main([("make PROOF=0 links nothing that signs", without), ("it says 404 to /proof, and no statement", is_asked)], jobs=1)
