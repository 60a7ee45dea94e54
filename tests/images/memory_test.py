#!/usr/bin/python3
"""memory_test.py: the machine's page tables and RAM, looked at from outside, through QEMU's monitor.

What CPL0 may do can not be tried from CPL3; so here the processor's own view is compared with the
regions of the image: every mapped page is in one of them and has exactly its rights."""
import os
import re
import subprocess
import tempfile

import tap
from machine import Machine

IMAGE = "build/images/attack/pinata"
SLIDE, PAGE = 1 << 39, 4096
CR4_UMIP, CR4_SMEP, CR4_SMAP, CR0_WP, CR0_AM, EFER_NXE = 1 << 11, 1 << 20, 1 << 21, 1 << 16, 1 << 18, 1 << 11
FOLDER = tempfile.TemporaryDirectory()

TEXT = subprocess.run(["llvm-nm-19", IMAGE + ".sym"], check=True, capture_output=True, text=True).stdout
AT = {name: int(at, 16) + SLIDE for at, _, name in (line.split() for line in TEXT.splitlines())}

# from, to, rights: X executable, W writable, U for CPL3
REGIONS = [("image_start", "mon_text_end", "X"), ("mon_text_end", "mon_ro_end", ""), ("mon_ro_end", "mon_data_end", "W"),
           ("app_text", "app_text_end", "XU"), ("app_text_end", "app_ro_end", "U"), ("app_data", "app_rw_end", "WU"),
           ("app_stack", "app_stack_top", "WU"), ("mon_bss", "mon_bss_end", "W"), ("mon_stack", "mon_stack_top", "W"),
           ("fault_stack", "fault_stack_top", "W"), ("grave_stack", "grave_stack_top", "W")]
DEVICES = {0xfee00000, 0xfec00000, 0xfeb00000}


def sleeping(**options):
    machine = Machine(IMAGE + ".elf", cmdline="do=sleep", monitor=True, **options)
    machine.wait_for("asleep")
    return machine


def expected(devices=DEVICES):
    pages = {at: set(rights) for start, end, rights in REGIONS for at in range(AT[start], AT[end], PAGE)}
    pages.update({at: {"W"} for at in devices})
    return pages


def mapped(machine):
    """`info tlb`: 'virtual: physical XGPDACTUW', X for not executable."""
    pages = {}
    for line in machine.ask("info tlb").splitlines():
        at, _, flags = re.match(r"([0-9a-f]+): ([0-9a-f]+) (\S+)", line).groups()
        pages[int(at, 16)] = {right for right in "WU" if right in flags} | ({"X"} if "X" not in flags else set())
    return pages


def every_page_has_its_rights():
    with sleeping() as machine:
        found, wanted = mapped(machine), expected()
    for at in sorted(set(found) | set(wanted)):
        assert found.get(at) == wanted.get(at), "page %#x: %s, not %s" % (at, found.get(at), wanted.get(at))
    assert not any({"W", "X"} <= rights for rights in found.values())


def on_q35(hole=None):
    """LAPIC, IOAPIC, and of each device's BAR 4, which QEMU lays out so: common, ISR, configuration (the card's), doorbells; or,
    where the image does not look for registers, nothing but a word on the console.  The size of `hole` moves the BARs up."""
    extra = ("-object", "memory-backend-ram,id=hole,reserve=off,size=" + hole, "-device", "ivshmem-plain,memdev=hole") if hole else ()
    with sleeping(machine="q35", extra=extra) as machine:
        found, devices, console = mapped(machine), {0xfee00000, 0xfec00000}, machine.console
        bars = [int(at, 16) for at in re.findall(r"BAR4: 64 bit prefetchable memory at (0x[0-9a-f]+) ", machine.ask("info pci"))]
    assert len(bars) == 2, bars
    if max(bars) >= 1 << 39:
        assert "registers out of reach: not used" in console and "no network card" in console, console
        bars, devices = [], {0xfee00000}        # without a card no pin is routed
    for bar in bars:
        devices |= {bar, bar + PAGE, bar + 3 * PAGE}
    card = {bar + 2 * PAGE for bar in bars} & set(found)
    assert found == expected(devices | card) and len(card) == len(bars) / 2, [hex(at) for at in set(found) ^ set(expected(devices | card))]


def so_has_every_page_on_q35():
    on_q35()


def wherever_the_registers_are():
    """Debian 12's firmware puts the second above 4 GiB and the third at 512 GiB."""
    on_q35("1G")
    on_q35("256G")


def guards_lie_at_both_ends_of_each_stack():
    with sleeping() as machine:
        found = mapped(machine)
    for stack in ("app_stack", "mon_stack", "fault_stack", "grave_stack"):
        assert AT[stack] in found and AT[stack] - PAGE not in found, stack
        assert AT[stack + "_top"] - PAGE in found and AT[stack + "_top"] not in found, stack


def nothing_below_the_devices_is_mapped():
    with sleeping() as machine:
        assert not [at for at in mapped(machine) if at < 0xc0000000]


def the_processor_guards():
    with sleeping() as machine:
        text = machine.ask("info registers")
    cr0, cr4, efer = (int(re.search(name + "=([0-9a-f]+)", text).group(1), 16) for name in ("CR0", "CR4", "EFER"))
    assert cr4 & CR4_SMEP and cr4 & CR4_SMAP and cr4 & CR4_UMIP and cr0 & CR0_WP and efer & EFER_NXE, text


def the_module_is_in_ram_once_and_never_after_a_crash():
    """CPL3's own copy, for the appliance to wipe.  `pattern` is what attack.c keeps in each kind of its memory."""
    module, pattern = os.urandom(600), bytes(0xa5 ^ i for i in range(64))
    path = os.path.join(FOLDER.name, "module")
    with open(path, "wb") as file:
        file.write(module)
    with Machine(IMAGE + ".elf", cmdline="do=leak", module=path, monitor=True, debug_exit=False) as machine:
        machine.wait_for("armed")
        ram = machine.memory()
        assert ram.count(module[:256]) == 1 and ram.count(module[-256:]) == 1
        assert ram.count(pattern) >= 3, ram.count(pattern)
        machine.wait_for("crash: exit 1")
        ram = machine.memory()
        for i in range(0, 600, 24):
            assert module[i:i + 24] not in ram, i
        assert pattern[:16] not in ram and pattern[32:48] not in ram


tap.main([(test.__name__.replace("_", " "), test) for test in (
    every_page_has_its_rights, so_has_every_page_on_q35, wherever_the_registers_are, guards_lie_at_both_ends_of_each_stack, nothing_below_the_devices_is_mapped,
    the_processor_guards, the_module_is_in_ram_once_and_never_after_a_crash)])
