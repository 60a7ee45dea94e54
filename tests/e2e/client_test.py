#!/usr/bin/python3
"""tests/e2e/client_test.py hosted|image: where Pinata is the TLS client: 10002, the call back of 10001, and the relay.  TAP."""
import socket
import ssl
import sys
import tempfile
import threading
import time

import machines
import modules

BACK_PORT = machines.CALL_PORT
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
        sent = machine.sent()
        check(not practice.found(sent), "no form of the key left in clear", practice.found(sent))
    finally:
        machine.stop()
    print("1..%d" % tests)


def serve(connection, credential, *, version=ssl.TLSVersion.TLSv1_3):
    """Be the TLS server on a connection: what came, or the alert that ended it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = context.maximum_version = version
    context.load_cert_chain(*credential)
    connection.settimeout(15)
    try:
        with context.wrap_socket(connection, server_side=True) as tls:
            text = b""
            while piece := tls.recv(4096):
                text += piece
            return text.decode()
    except OSError as error:
        return "error: %s" % error


def test_servers(machine, practice):
    port = machine.ports[machines.THERE]
    text = serve(socket.create_connection(("127.0.0.1", port), 10), practice.credential("server"))
    check(practice.is_prize(text), "10002: a server that proves itself gets the prize", text)
    cases = (("stranger-server", "another authority's server", "UNKNOWN_CA"), ("expired-server", "an expired server", "EXPIRED"),
             ("misused-server", "a client's certificate as a server", "CERTIFICATE"), ("client", "the winning client as a server", "CERTIFICATE"))
    for name, what, alert in cases:
        text = serve(socket.create_connection(("127.0.0.1", port), 10), practice.credential(name))
        check(text.startswith("error: ") and alert in text, "10002: %s is refused" % what, text)


def pump(source, sink, total):
    try:
        while piece := source.recv(4096):
            total.append(piece)
            sink.sendall(piece)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def test_relay(machine, practice):
    """socat -x TCP:host:10000 TCP:host:10002: both sides are ours, both write, nobody can read."""
    one = socket.create_connection(("127.0.0.1", machine.ports[machines.PRIZE]), 10)
    two = socket.create_connection(("127.0.0.1", machine.ports[machines.THERE]), 10)
    there, back = [], []
    threads = [threading.Thread(target=pump, args=args) for args in ((one, two, there), (two, one, back))]
    before = machine.console().count(b"prize-sent")
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    there, back = b"".join(there), b"".join(back)
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


def test_call_back(machine, practice):
    listener = listen()
    if listener is None:
        check(True, "10001 # SKIP port %d is in use by another program" % BACK_PORT)
        return
    with listener:
        check(ask(machine) == b"", "10001: says nothing and closes")
        connection, _ = listener.accept()
        text = serve(connection, practice.credential("server"))
        check(practice.is_prize(text), "10001: calls back, and a server that proves itself gets the prize", text)
        ask(machine)
        listener.settimeout(1)
        try:
            listener.accept()
            check(False, "10001: who asks again at once is not called")
        except TimeoutError:
            check(b"refused port=10001" in machine.console(), "10001: who asks again at once is not called", machine.console()[-300:])
        time.sleep(1.5)
        listener.settimeout(10)
        ask(machine)
        connection, _ = listener.accept()
        text = serve(connection, practice.credential("stranger-server"))
        check(text.startswith("error: ") and "UNKNOWN_CA" in text, "10001: another authority's server is refused", text)
    time.sleep(2.1)
    ask(machine)
    time.sleep(0.3)
    check(machine.process.poll() is None and machine.page() != b"", "10001: nobody listens, and it goes on", machine.console()[-300:])


main()
