#!/usr/bin/python3
"""tests/deploy/practice_test.py: deploy/practice makes what it says; deploy/run refuses what it must.  TAP."""
import glob
import hashlib
import os
import re
import socket
import subprocess
import sys
import tempfile

sys.path.insert(0, "tests/e2e")
import machines  # noqa: E402
import modules   # noqa: E402

tests = 0


def check(good, name, why=""):
    global tests
    tests += 1
    print("%sok %d - %s" % ("" if good else "not ", tests, name), flush=True)
    if not good:
        print("# " + str(why).replace("\n", "\n# "), flush=True)


def verify(practice, name, purpose="sslclient", strict=(), authority="peer"):
    """What OpenSSL thinks: 0, or the number of its first error."""
    done = subprocess.run(["openssl", "verify", *strict, "-CAfile", practice.path(authority + "-authority.crt"), "-purpose", purpose,
                           practice.path(name + ".crt")], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    found = re.search(r"error (\d+)", done.stdout)
    return int(found.group(1)) if found else done.returncode


def test_practice():
    with tempfile.TemporaryDirectory(prefix="pinata practice ") as folder:
        one = modules.Practice(folder)
        with open(one.path("module")) as f:
            text = f.read()
        body, last = text[:text.rindex("checksum ")], text.splitlines()[-1]
        check(last == "checksum " + hashlib.sha256(body.encode()).hexdigest(), "the checksum is right")
        check([line.split(" ")[0] for line in text.splitlines()] ==
              ["pinata-boot-module", "address", "netmask", "gateway", "chain", "private-key", "seed", "peer-authority",
               "server-authority", "checksum"], "the module has its lines", text)
        modes = {os.path.basename(path): os.stat(path).st_mode & 0o777 for path in glob.glob(one.path("*"))}
        check(all(mode == 0o600 or name.startswith("mismatch") for name, mode in modes.items()), "every file is for its owner alone", modes)
        check(not glob.glob(one.path("*authority.key")) and not os.path.exists(one.folder + ".new"), "no authority's key is left", modes)
        good = verify(one, "client", strict=["-x509_strict"])
        check(good == 0, "the client's certificate is good", good)
        for name, error in (("stranger", 20), ("impostor", 7), ("expired", 10), ("future", 9), ("misused", 26), ("sub", 20),
                            ("server", 20)):
            check(verify(one, name) == error, "%s is not" % name, verify(one, name))
        good = verify(one, "server", "sslserver", ["-x509_strict"], "server")
        check(good == 0, "the server's certificate is good", good)
        for name, error in (("stranger-server", 20), ("impostor-server", 7), ("expired-server", 10), ("future-server", 9), ("misused-server", 26),
                            ("client", 20), ("elsewhere-server", 0)):
            found = verify(one, name, "sslserver", (), "server")
            check(found == error, "as a server, %s is %s" % (name, "good" if error == 0 else "not"), found)
        two = modules.Practice(folder)
        check(one.key != two.key and one.seed != two.seed, "each prize is another")


def test_ports():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port, names = str(taken.getsockname()[1]), ("PORT", "WEB_PORT", "PRIZE_PORT", "CALL_PORT", "TURN_PORT")
        for name, value, told in [(name, port, "port %s of" % port) for name in names] + [("WEB_PORT", "http", "WEB_PORT=http")]:
            variables = dict(zip(names, map(str, machines.free_ports(5))), **{name: value})
            # MAKE=false: building would end with another message.
            done = subprocess.run(["deploy/run"], env={"PATH": os.environ["PATH"], "MAKE": "false", **variables}, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=30)
            check(done.returncode == 1 and told in done.stderr and "run:" in done.stderr and done.stdout == "",
                  "deploy/run with a bad %s names it and builds nothing" % name, (done.returncode, done.stdout, done.stderr))


test_practice()
test_ports()
print("1..%d" % tests)
