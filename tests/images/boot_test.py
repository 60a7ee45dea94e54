#!/usr/bin/python3
"""boot_test.py: how the platform boots, and what it refuses to boot.  The guest is hello.c."""
import os
import re
import subprocess
import tempfile
import time

import tap
from machine import BAD_BOOT, NO_ENTROPY, OK, run

IMAGE = "build/images/hello/pinata.elf"
FOLDER = tempfile.TemporaryDirectory()


def module(data):
    with tempfile.NamedTemporaryFile(dir=FOLDER.name, delete=False) as file:
        file.write(data)
    return file.name


def guards_are_on():
    machine = run(IMAGE)
    assert machine.code == OK, machine.console
    assert " smep smap umip " in machine.console, machine.console


def a_missing_guard_is_told():
    assert " smep no-smap umip " in run(IMAGE, cpu="max,-smap").console
    assert " no-smep smap umip " in run(IMAGE, cpu="max,-smep").console


def hash_is_that_of_the_file():
    told = re.search("hash ([0-9a-f]{64})", run(IMAGE).console).group(1)
    assert told == subprocess.run(["deploy/image-hash", IMAGE], capture_output=True, text=True).stdout.strip()


def boots_in_4_mb():
    assert run(IMAGE, memory=4).code == OK


def sleeps_and_knows_the_date():
    console = run(IMAGE).console
    slept = int(re.search(r"slept us (\d+)", console).group(1))
    assert 5000 <= slept < 1000000, console
    assert abs(int(re.search(r"wall (\d+)", console).group(1)) - time.time()) < 10, console


def module_arrives():
    assert "module 8192\n" in run(IMAGE, module=module(os.urandom(8192))).console


def refused(words, **options):
    machine = run(IMAGE, **options)
    assert machine.code == BAD_BOOT and words in machine.console and "hash" not in machine.console, machine.console


def long_module_is_refused():
    refused("longer than 8192 bytes", module=module(bytes(8193)))


def module_over_the_image_is_refused():
    refused("lies over the image", module=module(b"\xff" * 1900000), memory=3)


def long_command_line_is_refused():
    refused("command line is too long", cmdline="x" * 2048)


def bad_device_is_refused():
    for word in ("512@0xfeb00e00:12x", "512@0xfeb00e00", "513@0xfeb00e00:12", "512@0x100000:12", "512@0xfeb00e01:12"):
        refused("bad virtio_mmio.device", cmdline="virtio_mmio.device=" + word)


def without_entropy_it_stops():
    machine = run(IMAGE, cpu="max,-rdrand,-rdseed", rng=False)
    assert machine.code == NO_ENTROPY and "not enough entropy" in machine.console, machine.console


def one_good_source_is_enough():
    assert run(IMAGE, cpu="max,-rdrand,-rdseed").code == OK
    assert run(IMAGE, rng=False).code == OK


def without_a_clock_it_is_2020():
    console = run(IMAGE, machine="microvm,acpi=off,pit=off,pic=off,rtc=off").console
    assert "no clock" in console and "wall 15778368" in console, console


def without_a_card_it_says_so():
    assert "no network card" in run(IMAGE, net=False).console


TESTS = [guards_are_on, a_missing_guard_is_told, hash_is_that_of_the_file, boots_in_4_mb, sleeps_and_knows_the_date,
         module_arrives, long_module_is_refused, module_over_the_image_is_refused, long_command_line_is_refused,
         bad_device_is_refused, without_entropy_it_stops, one_good_source_is_enough, without_a_clock_it_is_2020,
         without_a_card_it_says_so]


tap.main([(test.__name__.replace("_", " "), test) for test in TESTS])
