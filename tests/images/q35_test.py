#!/usr/bin/python3
"""tests/images/q35_test.py: the same virtio image on QEMU's q35, its devices behind PCI (platform/virtio/pci.c)."""
import re
import subprocess
import tempfile

import tap
from machine import BAD_BOOT, NO_ENTROPY, OK, Machine, run

HELLO, IMAGE = "build/images/hello/pinata.elf", "build/virtio/pinata.elf"
VECTOR_DEVICE = 0x31    # platform/x86/vectors.h
FOLDER = tempfile.TemporaryDirectory()


def s_client(machine, *words):
    done = subprocess.run(["openssl", "s_client", "-quiet", "-connect", "127.0.0.1:%d" % machine.port[10000], *words], timeout=60,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.stdout


def page_of(machine):
    machine.wait_for("pinata: ready")
    done = subprocess.run(["curl", "--silent", "--max-time", "60", "http://127.0.0.1:%d/" % machine.port[80]], stdout=subprocess.PIPE,
                          text=True)
    return done.stdout


def page_refusal_and_win():
    """And the card's interrupt is wired: its pin carries our vector and was raised."""
    practice = FOLDER.name + "/q35"
    subprocess.run(["deploy/practice", practice], check=True, stdout=subprocess.DEVNULL)
    with Machine(IMAGE, module=practice + "/module", forwards=(80, 10000), machine="q35", monitor=True) as machine:
        assert "bcrt1" in page_of(machine), machine.console
        assert "WIF" not in s_client(machine), "without a certificate"
        won = s_client(machine, "-cert", practice + "/client.crt", "-key", practice + "/client.key")
        assert "private key (WIF, compressed): c" in won, won
        pins = re.findall(r"pin (\d+) +0x0*%x " % VECTOR_DEVICE, machine.ask("info pic"))
        assert len(pins) == 1 and int(pins[0]) >= 20, machine.ask("info pic")
        assert re.search(r"IRQ statistics for ioapic:\s(.*\s)*? *%s: [1-9]" % pins[0], machine.ask("info irq")), machine.ask("info irq")


def an_unknown_chipset_is_polled():
    """The i440FX's: no pin of the IOAPIC carries our vector, and a sleep of 4 s ends early."""
    practice = FOLDER.name + "/pc"
    subprocess.run(["deploy/practice", practice], check=True, stdout=subprocess.DEVNULL)
    with Machine(IMAGE, module=practice + "/module", forwards=(80,), machine="pc", monitor=True) as machine:
        assert "bcrt1" in page_of(machine), machine.console
        assert not re.findall(r"pin (\d+) +0x0*%x " % VECTOR_DEVICE, machine.ask("info pic")), machine.ask("info pic")
    slept = int(re.search(r"slept us (\d+)", run(HELLO, machine="pc", cmdline="long").console).group(1))
    assert slept < 4000000, slept


def both_devices_serve():
    """Without RDRAND and RDSEED the generator is all there is."""
    machine = run(HELLO, machine="q35", cpu="max,-rdrand,-rdseed")
    assert machine.code == OK and "no network card" not in machine.console, machine.console
    assert "module 0\n" in machine.console and " smep smap umip " in machine.console, machine.console


def modern_devices_serve():
    words = ("-device", "virtio-net-pci,disable-legacy=on", "-device", "virtio-rng-pci,disable-legacy=on")
    machine = run(HELLO, machine="q35", cpu="max,-rdrand,-rdseed", net=False, rng=False, extra=words)
    assert machine.code == OK and "no network card" not in machine.console, machine.console


def legacy_devices_are_told_and_not_used():
    machine = run(HELLO, machine="q35", net=False, extra=("-device", "virtio-net-pci,disable-modern=on,romfile="))
    assert "a virtio-pci device lacks a structure: not used" in machine.console and "no network card" in machine.console, machine.console
    assert machine.code == OK, machine.code


def without_devices_it_says_so():
    machine = run(HELLO, machine="q35", net=False, cpu="max,-rdrand,-rdseed", rng=False)
    assert "no network card" in machine.console and machine.code == NO_ENTROPY, machine.console


def a_bad_module_powers_off():
    """Without isa-debug-exit: QEMU's own end is 0, no restart."""
    path = FOLDER.name + "/bad"
    with open(path, "wb") as file:
        file.write(bytes(8193))
    assert run(HELLO, machine="q35", module=path).code == BAD_BOOT
    with Machine(HELLO, machine="q35", module=path, debug_exit=False) as machine:
        machine.wait()
        assert machine._qemu.returncode == 0 and "longer than 8192 bytes" in machine.console, machine.console


def a_crash_is_told_to_the_manager():
    """By pvpanic, which libvirt watches; here QEMU is told to end at it."""
    with Machine("build/images/attack/pinata.elf", machine="q35", cmdline="do=panic", debug_exit=False,
                 extra=("-device", "pvpanic", "-action", "panic=exit-failure")) as machine:
        machine.wait()
        assert machine._qemu.returncode == 1 and "crash: exit 1" in machine.console, machine.console


TESTS = [page_refusal_and_win, an_unknown_chipset_is_polled, both_devices_serve, modern_devices_serve, legacy_devices_are_told_and_not_used, without_devices_it_says_so,
         a_bad_module_powers_off, a_crash_is_told_to_the_manager]


tap.main([(test.__name__.replace("_", " "), test) for test in TESTS])
