#!/usr/bin/python3
"""tests/images/smallest_test.py: the real image, with a practice module, serves page and prize in a machine of 4 MB.

Goes down from there and prints the smallest memory that still works, as a figure; the claim is 4.
"""
import subprocess
import tempfile

import tap
from machine import Machine

IMAGE = "build/virtio/pinata.elf"


def serves(practice, memory):
    with tempfile.TemporaryFile() as nothing:
        machine = Machine(IMAGE, module=practice + "/module", memory=memory, forwards=(80, 10000))
        try:
            machine.wait_for("pinata: ready")
            page = subprocess.run(["curl", "--silent", "--max-time", "10", "http://127.0.0.1:%d/" % machine.port[80]],
                                  stdout=subprocess.PIPE, text=True).stdout
            prize = subprocess.run(["openssl", "s_client", "-quiet", "-connect", "127.0.0.1:%d" % machine.port[10000],
                                    "-cert", practice + "/client.crt", "-key", practice + "/client.key"], timeout=20,
                                   stdin=nothing, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
            return "bcrt1" in page and "WIF" in prize.upper()
        except (TimeoutError, subprocess.TimeoutExpired):
            return False
        finally:
            machine.stop()


def four_megabytes_are_enough():
    with tempfile.TemporaryDirectory() as practice:
        subprocess.run(["deploy/practice", practice], check=True, stdout=subprocess.DEVNULL)
        assert serves(practice, 4)
        smallest = next((m for m in (2, 3) if serves(practice, m)), 4)
        print("# the smallest machine that serves: %d MB" % smallest)


tap.main([("four megabytes are enough", four_megabytes_are_enough)])
