#!/usr/bin/python3
"""tests/netstack/tap_peer.py PROGRAM: netstack against Linux's own TCP.

Makes a network namespace with a TAP device in it, starts PROGRAM (tests/netstack/tap_server.c: an
echo service over netstack, port 80) on the device, and talks to it with ordinary sockets from inside
the namespace: streams, loss and reordering (tc netem, where there is one), half-close, resets, many
connections, port reuse.  Prints TAP.  Skips, loudly, where a namespace or TAP can not be had.
"""
import ctypes
import errno
import fcntl
import os
import random
import socket
import struct
import subprocess
import sys
import time

STACK, MASK_BITS, US = "10.9.8.7", 24, "10.9.8.1"
TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 2, 0x1000
CLONE_NEWNET, CLONE_NEWUSER = 0x40000000, 0x10000000
number = 0


def say(good, name, note=""):
    global number
    number += 1
    print("%s %d - %s%s" % ("ok" if good else "not ok", number, name, note), flush=True)


def enter_namespace():
    """A network namespace of our own; of a user namespace too when we are not root."""
    libc = ctypes.CDLL(None, use_errno=True)
    uid, gid = os.getuid(), os.getgid()
    if uid == 0:
        if libc.unshare(CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "unshare")
        return
    if libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    for name, text in (("setgroups", "deny"), ("uid_map", "0 %d 1" % uid), ("gid_map", "0 %d 1" % gid)):
        with open("/proc/self/" + name, "w") as file:
            file.write(text)


def open_tap():
    tap = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH22x", b"pinata0", IFF_TAP | IFF_NO_PI))
    for command in ("ip link set lo up", "ip address add %s/%d dev pinata0" % (US, MASK_BITS), "ip link set pinata0 up"):
        subprocess.run(command.split(), check=True)
    return tap


def connect():
    sock = socket.create_connection((STACK, 80), timeout=20)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def echo(size, half_close=True):
    sent, back = random.Random(size).randbytes(size), b""
    with connect() as sock:
        position = 0
        sock.setblocking(False)
        deadline = time.monotonic() + 60
        while len(back) < size or half_close:
            if time.monotonic() > deadline:
                return False
            moved = False
            try:
                if position < size:
                    position += sock.send(sent[position:position + 5000])
                    moved = True
                    if position == size and half_close:
                        sock.shutdown(socket.SHUT_WR)
            except BlockingIOError:
                pass
            try:
                piece = sock.recv(65536)
                if not piece:
                    break
                back += piece
                moved = True
            except BlockingIOError:
                pass
            if not moved:
                time.sleep(0.001)
        return back == sent


def many(count):
    socks = [connect() for _ in range(count)]
    for i, sock in enumerate(socks):
        sock.sendall(b"number %d" % i)
    good = all(sock.recv(100) == b"number %d" % i for i, sock in enumerate(socks))
    for sock in socks:
        sock.close()
    return good


def resets(count):
    for _ in range(count):
        sock = connect()
        sock.sendall(b"x")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sock.close()
    return echo(10)


def connect_from(sock, port):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((US, port))
    sock.settimeout(3)
    for _ in range(100):
        try:
            sock.connect((STACK, 80))
            return
        except OSError as error:
            if error.errno != errno.EADDRNOTAVAIL:
                raise
            time.sleep(0.01)        # the kernel's own LAST_ACK of the connection before


def same_port(count):
    """The server closes first (it is told to by "Q"), so TIME_WAIT is on its side."""
    for _ in range(count):
        with socket.socket() as sock:
            connect_from(sock, 45678)
            sock.sendall(b"Q")
            if sock.recv(10) != b"Q" or sock.recv(10) != b"":
                return False
    return True


def ping():
    run = subprocess.run(["ping", "-c", "3", "-i", "0.2", "-W", "3", STACK], stdout=subprocess.DEVNULL, check=False)
    return run.returncode == 0


def netem(words):
    return subprocess.run(("tc qdisc replace dev pinata0 root netem " + words).split(),
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0


def main():
    try:
        enter_namespace()
        tap = open_tap()
    except (OSError, subprocess.CalledProcessError) as error:
        say(True, "Linux's TCP as the peer", " # SKIP no network namespace or TAP device here: %s" % error)
        return
    server = subprocess.Popen([sys.argv[1], str(tap)], pass_fds=[tap])
    os.close(tap)
    try:
        say(echo(1), "one byte comes back")
        say(echo(1000000), "a megabyte comes back, then FIN")
        say(echo(30000, half_close=False), "the peer closes both ways at once")
        say(many(100), "a hundred connections at a time")
        say(resets(300), "three hundred resets, and it still serves")
        say(same_port(50), "one port fifty times: TIME_WAIT keeps nobody waiting")
        if subprocess.run(["sh", "-c", "command -v ping"], stdout=subprocess.DEVNULL, check=False).returncode == 0:
            say(ping(), "ping")
        if netem("loss 5% delay 5ms 4ms reorder 20% duplicate 3%"):
            say(echo(100000), "loss, delay, reordering and duplicates on the way to it")
        else:
            say(True, "loss on the way to it", " # SKIP no tc netem here; net_test.c has a bad wire of its own")
        say(server.poll() is None, "the server is alive")
    finally:
        server.terminate()
        server.wait()


main()
