#!/usr/bin/python3
"""
tests/e2e/client_test.py hosted|image [long]: where Pinata is the TLS client: 10002, the call back of 10001, and the relay.  TAP.

Calls back are two seconds apart, so the short form meets one bad server of each stack there, and `long` every one.
"""
import re
import socket
import sys
import tempfile
import time

import leaks
import machines
import modules
import servers

BACK_PORT = machines.CALL_PORT
LONG = "long" in sys.argv
tests = 0


def check(good, name, why=""):
    global tests
    tests += 1
    print("%sok %d - %s" % ("" if good else "not ", tests, name), flush=True)
    if not good:
        print("# " + str(why)[:2000].replace("\n", "\n# "), flush=True)
    return good


def main():
    folder = tempfile.mkdtemp(prefix="pinata-client-")
    practice = modules.Practice(folder)
    machine = machines.KINDS[sys.argv[1]](folder, modules.sealed(practice.lines), calls_out=True)
    try:
        if check(machine.wait_up(), "it boots and answers", machine.console()):
            test_servers(machine, practice)
            test_relay(machine, practice)
            with machines.call_port_alone():
                test_call_back(machine, practice)
        check(machine.process.poll() is None, "it still runs", machine.console()[-3000:])
    finally:
        machine.stop()
    leaks.deliveries(check, practice, machine.console(), unread=2)      # the relay's
    print("1..%d" % tests)


SERVERS = {"OpenSSL": servers.openssl, "GnuTLS": servers.gnutls}
# Which certificate, what it is, and the alert of RFC 8446, section 6.2.  The last is OpenSSL's alone: gnutls-serv compares its keys.
WRONG = (("stranger-server", "another authority's server", 48), ("impostor-server", "an authority of the same name", 42),
         ("expired-server", "an expired server", 45), ("future-server", "a server of tomorrow", 45),
         ("misused-server", "a client's certificate as a server", 43), ("client", "the winning client as a server", 43),
         ("mismatch-server", "a server without its key", 51))
TURNS = [(stack, *wrong) for stack in SERVERS for wrong in (WRONG if stack == "OpenSSL" else WRONG[:-1])]
CALLS = TURNS if LONG else [(stack, *WRONG[0]) for stack in SERVERS]


def test_servers(machine, practice):
    for stack, serve in SERVERS.items():
        for name, what in (("server", "a server that proves itself"), ("elsewhere-server", "one of any name: the authority is what counts")):
            served = serve(turn(machine), practice.credential(name))
            check(practice.is_prize(served.text), "10002, %s, gets the prize: %s" % (stack, what), served)
        served = serve(turn(machine), practice.credential("server"), old=True)
        check(served.text == "" and re.search("protocol|cipher suites", served.words), "10002, %s refuses us itself: it speaks TLS 1.2 alone" % stack, served)
    for stack, name, what, alert in TURNS:
        refused(SERVERS[stack](turn(machine), practice.credential(name)), alert, "10002, %s, is refused: %s" % (stack, what))


def turn(machine):
    return socket.create_connection(("127.0.0.1", machine.ports[machines.THERE]), 10)


def refused(served, alert, name):
    check(served.alert == alert and served.text == "", name, served)


def test_relay(machine, practice):
    """socat -x TCP:host:10000 TCP:host:10002: both sides are ours, both write, nobody can read."""
    before = machine.console().count(b"prize-sent")
    there, back = servers.relay(socket.create_connection(("127.0.0.1", machine.ports[machines.PRIZE]), 10), turn(machine))
    console = machine.console()
    check(console.count(b"prize-sent") == before + 2 and b"prize-sent port=10002" in console, "relay: both sides gave the prize", console[-500:])
    check(len(there) > 1200 and len(back) > 1200 and not practice.found(there + back), "relay: it went by encrypted, both ways", (len(there), len(back)))


def listen():
    """The fixed port of the call back, or None when somebody else has it for a minute."""
    for _ in range(120):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", BACK_PORT))
            listener.listen()
            listener.settimeout(10)
            return listener
        except OSError:
            listener.close()
            time.sleep(0.5)
    return None


def ask(machine):
    """Connect to 10001: it says nothing and closes."""
    with socket.create_connection(("127.0.0.1", machine.ports[machines.BACK]), 10) as s:
        s.settimeout(10)
        return s.recv(100)


def called(machine, listener):
    """The next call: who asks too early is not called, so ask again."""
    for _ in range(20):
        ask(machine)
        try:
            return listener.accept()[0]
        except TimeoutError:
            pass
    raise TimeoutError("nobody calls back")


def test_call_back(machine, practice):
    listener = listen()
    if listener is None:
        check(True, "10001 # SKIP port %d is in use by another program" % BACK_PORT)
        return
    with listener:
        check(ask(machine) == b"", "10001: says nothing and closes")
        served = servers.openssl(listener.accept()[0], practice.credential("server"))
        check(practice.is_prize(served.text), "10001, OpenSSL: calls back, and a server that proves itself gets the prize", served)
        listener.settimeout(1)
        test_call_pause(machine, listener)
        served = servers.gnutls(called(machine, listener), practice.credential("server"))
        check(practice.is_prize(served.text), "10001, GnuTLS: a server that proves itself gets the prize", served)
        for stack, name, what, alert in CALLS:
            refused(SERVERS[stack](called(machine, listener), practice.credential(name)), alert, "10001, %s, is refused: %s" % (stack, what))
    ask(machine)
    check(machine.process.poll() is None and machine.page() != b"", "10001: nobody listens, and it goes on", machine.console()[-300:])


def test_call_pause(machine, listener):
    """Who asks again at once is not called.  A machine so slow that it was not at once is asked again."""
    for _ in range(10):
        called(machine, listener).close()
        before, began = machine.console().count(b"refused port=10001"), time.monotonic()
        ask(machine)
        if time.monotonic() - began < 0.5:
            break
    try:
        listener.accept()
        check(False, "10001: who asks again at once is not called")
    except TimeoutError:
        check(machine.console().count(b"refused port=10001") > before, "10001: who asks again at once is not called", machine.console()[-300:])


main()
