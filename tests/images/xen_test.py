#!/usr/bin/python3
"""xen_test.py [long]: the image under the real hypervisor: xenlab's Xen and dom0, `xl create` with deploy/xen.cfg.

One laboratory, one guest after the other.  TAP.  With `long`: 10,000 connections instead of 500.
Not here: what a hostile backend could do (tests/platform/xen), SMAP (off in the laboratory: unchecked on Xen).
"""
import re
import socket
import subprocess
import sys
import tempfile
import time

sys.path[:0] = ["tests/images/xenlab", "tests/e2e"]
import clients
import crashes
import lab as xenlab
import leaks
import modules
import servers

IMAGE = "build/xen/pinata.elf"
CONNECTIONS = 10000 if sys.argv[1:] == ["long"] else 500
SMALLEST = 5		# the domain must work with this many MB; the smallest is searched from here
PAGE, PRIZE, THERE = 80, 10000, 10002
CRASH, POWEROFF = 3, 0
lab = practice = None


def read(path):
    with open(path, "rb") as file:
        return file.read()


def start(image, module=None, settings=None):
    status, text = lab.create(image, module, settings)
    assert status == 0, text + lab.sh("cat /var/log/xen/xl-u.log; xl dmesg | tail")[1]


def start_pinata(**settings):
    seen = len(lab.console())
    start(read(IMAGE), modules.sealed(practice.lines).encode(), settings)
    lab.until(lambda: "pinata: ready" in lab.console()[seen:], 60, "ready")
    lab.until(lambda: page(0.5), 60, "the page")


def ended(reason):
    lab.until(lambda: lab.reason() is not None, 60, "the end")
    assert lab.reason() == reason, "reason %s\n%s" % (lab.reason(), lab.console()[-2000:])


def page(seconds=5):
    """One connection from the host; true when the page came.  QEMU's forward takes it even when nobody is behind."""
    try:
        with socket.create_connection(("127.0.0.1", lab.port(PAGE)), seconds) as line:
            line.settimeout(seconds)
            line.sendall(b"GET / HTTP/1.1\r\nHost: pinata\r\nConnection: close\r\n\r\n")
            answer = b""
            while piece := line.recv(65536):
                answer += piece
        return b" 200 " in answer.split(b"\r\n")[0] and b"bcrt1q" in answer
    except OSError:
        return False


def server_certificate():
    done = subprocess.run(["openssl", "s_client", "-connect", "127.0.0.1:%d" % lab.port(PRIZE)], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=60)
    return re.search("-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", done.stdout, re.S).group(0)


def counters():
    """What the domain holds, as dom0 sees it: active grants, bound event channels, memory in KB."""
    lab.sh("xl dmesg -c >/dev/null; xl debug-keys g; usleep 300000")
    table = lab.sh("xl dmesg")[1]
    domain = lab.sh("xl domid u")[1].strip()
    grants = re.search(r"grant-table for remote d%s\b.*?\n(.*?)(?=gnttab_usage_print|grant-table for|\Z)" % domain, table, re.S).group(1)
    ports = lab.sh("lsevtchn $(xl domid u)")[1].strip().splitlines()
    memory = lab.sh("xenstore-read /local/domain/%s/memory/target; xl list u | tail -1 | awk '{ print $3 }'" % domain)[1].split()
    return len(re.findall(r"^\(XEN\) \[ *0x", grants, re.M)), len(ports), memory


# ---- the shipped image ----

def page_from_host():
    start_pinata()
    assert "no clock" not in lab.console(), lab.console()


def page_from_dom0():
    """dom0's own frames have blank checksums unless the frontend's wish (feature-no-csum-offload) is heard."""
    status, text = lab.sh("wget -q -O - http://%s/" % xenlab.GUEST)
    assert status == 0 and "bcrt1q" in text, text
    assert lab.sh("xenstore-read /local/domain/$(xl domid u)/device/vif/0/feature-no-csum-offload")[1].strip() == "1"


def refusal():
    answer = clients.openssl(lab.port(PRIZE))
    assert answer.alert == 116 and answer.data == "", answer


def win():
    answer = clients.openssl(lab.port(PRIZE), practice.credential("client"))
    assert practice.is_prize(answer.data), answer


def relay():
    """10000 and 10002 of the domain talk to each other through us: both write, nobody can read."""
    before = lab.console().count("prize-sent port=10002")
    there, back = servers.relay(*(socket.create_connection(("127.0.0.1", lab.port(port)), 30) for port in (PRIZE, THERE)))
    assert len(there) > 1200 and len(back) > 1200 and practice.found(there + back) == [], (len(there), len(back))
    lab.until(lambda: lab.console().count("prize-sent port=10002") > before, 20, "the event of the other side")


def counters_stay():
    before = counters()
    assert before[0] > 0 and before[1] > 0, before
    good = sum(page() for _ in range(CONNECTIONS))
    assert good == CONNECTIONS, "%d of %d connections had an answer" % (good, CONNECTIONS)
    after = counters()
    print("# grants, event channels, memory: %s before, %s after %d connections" % (before, after, CONNECTIONS))
    assert after == before, (before, after)


def backend_restarts():
    """netback unbound from the card and bound again: the same machine answers, with the certificate it was born with."""
    before = server_certificate()
    device = "vif-%s-0" % lab.sh("xl domid u")[1].strip()
    drivers = "/sys/bus/xen-backend/drivers/vif"
    for _ in range(2):
        status, text = lab.sh("echo %s > %s/unbind && sleep 1 && echo %s > %s/bind" % (device, drivers, device, drivers))
        assert status == 0, text
        lab.sh("until ip link show {0}; do usleep 50000; done; ip link set {0} up master xenbr0".format(device.replace("-", "", 1).replace("-", ".")))
        lab.sh("xenstore-write /local/domain/0/backend/vif/$(xl domid u)/0/hotplug-status connected")
        lab.until(lambda: page(0.5), 60, "the page after the backend came back")
    assert server_certificate() == before


def card_is_replaced():
    """The card is taken away and another one given: a driver domain that came back under another number looks like this."""
    before = server_certificate()
    status, text = lab.sh("xl network-detach u 0 && xl network-attach u mac=%s bridge=xenbr0 script=vif-lab" % xenlab.MAC, 60)
    assert status == 0, text
    lab.until(lambda: page(0.5), 60, "the page over the new card")
    assert server_certificate() == before


def xl_reboot():
    lab.destroy()
    start_pinata(on_reboot='"restart"')
    before = server_certificate()
    ready = lab.console().count("pinata: ready")
    assert lab.sh("xl reboot u")[0] == 0
    lab.until(lambda: lab.console().count("pinata: ready") > ready, 60, "the second life")
    lab.until(lambda: page(0.5), 60, "the page of the second life")
    assert "reboot, as asked" in lab.console()
    assert server_certificate() != before, "a new machine has a new certificate"


def xl_shutdown():
    status, text = lab.sh("xl shutdown -w u", 60)
    assert status == 0, text
    ended(POWEROFF)
    assert lab.console().rstrip().endswith("power off, as asked"), lab.console()[-300:]


def no_secret_left():
    """By console, by Xen's, or by any frame of a guest; boot modules come over the same card, as dom0's."""
    assert practice.found(lab.console().encode()) == [] and practice.found(lab.log().encode()) == []
    frames = [frame for frame in leaks.frames(lab.dump_path) if frame[26:30] == leaks.FROM_GUEST]
    assert b"bcrt1q" in leaks.sent(frames) and leaks.search(practice.secrets(), frames, b"") == []
    assert leaks.search(practice.secrets(), leaks.frames(lab.dump_path), b"") != [], "the search finds the modules"


# ---- what must not work ----

def hypercalls_of_cpl3():
    seen = len(lab.console())
    start(read("build/images/xencall/xen/pinata.elf"))
    ended(POWEROFF)
    said = lab.console()[seen:]
    assert "refused 64\n" in said and "shutdown answered 1\n" in said and "mac ends in 80\n" in said, said


def panic_restarts():
    seen = len(lab.console())
    start(read("build/images/attack/xen/pinata.elf"), None, {"cmdline": '"do=panic"', "on_crash": '"restart"'})
    lab.until(lambda: lab.console()[seen:].count("crash: exit 1") >= 2, 60, "the second crash")
    said = lab.console()[seen:]
    log = lab.sh("cat /var/log/xen/xl-u.log*")[1]
    lab.destroy()
    assert re.search(r"in CPL3\ncrash: vector 6 .*\n(crash:.*\n)*crash: panic tests/images/attack.c:\d+\n", said), said
    assert "crash: trace image+" in said and "Action for shutdown reason code 3 is restart" in log, said + log


def stuck_turn():
    """The watchdog is the virtual APIC's timer: it must reach CPL3 on Xen, too."""
    start(read("build/images/attack/xen/pinata.elf"), None, {"cmdline": '"do=loop"'})
    ended(CRASH)
    assert "a turn took over 5 s in CPL3" in lab.console()
    code, said = crashes.decode(lab.console(), "build/images/attack/xen/pinata.sym")
    assert code == 0 and not [words for words in crashes.KINDS["do=loop"] if words not in said], said


def crashes_are_decoded():
    """The console of each crash, as deploy/decode-crash reads it: the same lines as under QEMU."""
    for order, wanted in crashes.KINDS.items():
        if order == "do=loop" or CONNECTIONS == 500 and order not in ("do=divide", "do=overflow", "do=panic", "door=63"):
            continue        # stuck_turn's, or for a long run
        seen = len(lab.console())
        start(read("build/images/attack/xen/pinata.elf"), None, {"cmdline": '"%s"' % order})
        ended(CRASH)
        code, said = crashes.decode(lab.console()[seen:], "build/images/attack/xen/pinata.sym")
        missing = [words for words in wanted if words not in said]
        assert code == 0 and not missing, (order, missing, said, lab.console()[seen:])
        lab.destroy()


def bad_modules_are_refused():
    for name, text, *_ in list(practice.bad_modules())[:4]:
        if text:
            seen = len(lab.console())
            start(read(IMAGE), text.encode())
            ended(POWEROFF)
            said = lab.console()[seen:]
            assert "boot module" in said.lower() and practice.found(said.encode()) == [], name + "\n" + said
            print("# %s: %s" % (name, said.strip().splitlines()[-1]))


def smallest_memory():
    works = None
    for size in range(SMALLEST, 0, -1):
        seen = len(lab.console())
        status, _ = lab.create(read(IMAGE), modules.sealed(practice.lines).encode(), {"memory": str(size), "maxmem": str(size)})
        try:
            if status == 0:
                lab.until(lambda: "pinata: ready" in lab.console()[seen:] or lab.reason() is not None, 8, "ready")
                lab.until(lambda: page(0.5) or lab.reason() is not None, 8, "the page")
            answers = status == 0 and lab.reason() is None
        except TimeoutError:
            answers = False
        lab.destroy()
        if not answers:
            break
        works = size
    print("# smallest memory that works: %s MB" % works)
    assert works is not None, lab.console()[-1000:]


def figures():
    """From xl create to the first TLS handshake, on what may be a busy machine."""
    took = []
    for _ in range(3):
        lab.destroy()
        seen = len(lab.console())
        begin = time.monotonic()
        start(read(IMAGE), modules.sealed(practice.lines).encode())
        lab.until(lambda: "pinata: ready" in lab.console()[seen:], 60, "ready")
        ready = time.monotonic()
        server_certificate()
        took.append((ready - begin, time.monotonic() - begin))
    memory = lab.sh("xl list u | tail -1")[1].split()[2]
    print("# xl create to ready, to the end of the first TLS handshake: %s s (with copying the image to dom0)"
          % ", ".join("%.2f %.2f" % each for each in took))
    print("# domain memory %s MB, image %d bytes" % (memory, len(read(IMAGE))))


TESTS = [page_from_host, page_from_dom0, refusal, win, relay, counters_stay, backend_restarts, card_is_replaced, xl_reboot, xl_shutdown,
         hypercalls_of_cpl3, panic_restarts, stuck_turn, crashes_are_decoded, bad_modules_are_refused, smallest_memory, figures, no_secret_left]


def main():
    global lab, practice
    failed = 0
    with tempfile.TemporaryDirectory(prefix="pinata-xen-") as folder:
        practice = modules.Practice(folder)
        with xenlab.Lab(folder, (PAGE, PRIZE, THERE)) as lab:
            print("# Xen %s" % re.search(r"Xen version (\S+)", lab.log()).group(1))
            for number, test in enumerate(TESTS, 1):
                began = time.monotonic()
                try:
                    test()
                    why = None
                except Exception as error:
                    why = "%s: %s" % (type(error).__name__, error)
                print("%s %d - %s (%.1f s)" % ("not ok" if why else "ok", number, test.__name__.replace("_", " "),
                                               time.monotonic() - began), flush=True)
                if why:
                    failed += 1
                    print("# " + why.replace("\n", "\n# "))
    sys.exit(failed != 0)


main()
