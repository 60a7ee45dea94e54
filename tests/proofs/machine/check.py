#!/usr/bin/python3
"""tests/proofs/machine/check.py LIBRARY: search the handshake's tables (search.c), then the same with a mutated driver.

LIBRARY is build/hosted/pinata.a.  Each mutant below changes one place of the record layer, the driver or the witnesses;
the search must then fail for the rule that the mutant names.  Prints TAP.
"""
import concurrent.futures
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "../../.."))
FLAGS = ["clang-19", "-std=c11", "-O1", "-g", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Wconversion", "-Wshadow",
         "-Wmissing-prototypes", "-Werror", "-I", ROOT, "-I", ROOT + "/build/third-party/bearssl/inc"]

# file, text, what the mutant says instead, the rule that must break
MUTANTS = [
    ("input.c", "if (conn->hs.state != HS_CONNECTED)\n\t\treturn FAIL(UNEXPECTED_RECORD);\n\tif (bytes", "if (bytes",
     "application data taken before Finished"),
    ("input.c", "if (conn->hs.state == HS_CONNECTED)\n\t\treturn FAIL(UNEXPECTED_RECORD);\n\t", "",
     "ChangeCipherSpec taken out of order"),
    ("input.c", "if (handshake_partial(conn))\n\t\treturn FAIL(INTERLEAVED);\n\tif (conn->hs.num_ccs", "if (conn->hs.num_ccs",
     "a record taken inside a message"),
    ("input.c", "if (handshake_partial(conn))\n\t\treturn FAIL(INTERLEAVED);\n\tif (content", "if (content",
     "a record taken inside a message"),
    ("input.c", "if (header->type != RECORD_DATA)\n\t\treturn FAIL(UNEXPECTED_RECORD);\n\t", "",
     "a message taken in the clear after keys"),
    ("input.c", "conn->alert_received = alert;\n\treturn FAIL(ALERT_RECEIVED);", "return TLS_OK;", "a fatal alert survived"),
    ("input.c", "if (conn->peer_closed == EVENT_TOLD) {", "if (conn->peer_closed == EVENT_TOLD && conn->closed) {",
     "something done after the end"),
    ("input.c", "is_tls13(conn) ? compat_ccs_input(conn, content.bytes) : ccs_input(conn, content.bytes);",
     "compat_ccs_input(conn, content.bytes);", "ChangeCipherSpec taken out of order"),
    ("handshake.c", "if ((row->flags & ENDS_RECORD) && !at_record_end)", "if ((row->flags & ENDS_RECORD) && !at_record_end && len == 0)",
     "bytes taken after a message that changes the keys"),
    ("handshake.c", "row == NULL || handshake_partial(conn)", "row == NULL", "a record taken inside a message"),
    ("handshake.c", "if (row->state == state && (unsigned)", "if (row->state <= state && (unsigned)", "taken out of order"),
    ("handshake.c", "if (to == HS_CONNECTED && conn", "if (to == HS_CLOSED && conn", "Finished does not connect"),
    ("witness.c", "REQUIRE(cert->made || conn->protocol->peer != PEER_REQUIRED);", "", "connected to nobody"),
    ("witness.c", "REQUIRE(cert->made == sig->made);", "", "connected to nobody"),
    ("witness.c", "conn->has_peer = cert->made;", "conn->has_peer = true;", "a peer named without a certificate"),
    ("tls13_server.c", "if (empty && conn->protocol->peer != PEER_OPTIONAL)", "if (empty && conn->protocol->peer == PEER_NONE)",
     "not ok .* model: tls13_server_client_cert_required"),
    ("tls12_server.c", "if (next->shake12.peer.len == 0 && conn->protocol->peer != PEER_OPTIONAL)", "if (conn->protocol->peer == PEER_NONE)",
     "not ok .* model: tls12_server_client_cert_required"),
]


def run(words):
    done = subprocess.run(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


def kill(work, number):
    """Compile one mutant, link it before the library, search.  True when the named rule broke."""
    name, before, after, rule = MUTANTS[number]
    with open(os.path.join(ROOT, "tlsstack", name)) as file:
        text = file.read()
    if text.count(before) != 1:
        return False, "%d places in %s read: %s" % (text.count(before), name, before)
    source, program = "%s/%d.c" % (work, number), "%s/%d" % (work, number)
    with open(source, "w") as file:
        file.write(text.replace(before, after))
    code, out = run(FLAGS + ["-w", "-o", program, source] + objects + [LIBRARY])
    if code != 0:
        return False, out
    code, out = run(["timeout", "100", program, "driver"])
    return code == 1 and re.search(rule, out) is not None, "\n".join(l for l in out.split("\n") if "not ok" in l)


def main():
    number = 0
    with tempfile.TemporaryDirectory() as work:
        for name in ("monitor", "machine", "search"):
            objects.append("%s/%s.o" % (work, name))
            code, out = run(FLAGS + ["-c", "-o", objects[-1], "%s/%s.c" % (HERE, name)])
            if code != 0:
                sys.exit("Bail out! " + out)
        code, out = run(FLAGS + ["-o", work + "/search"] + objects + [LIBRARY])
        if code != 0:
            sys.exit("Bail out! " + out)
        failed, out = run(["timeout", "100", work + "/search"])
        sys.stdout.write(out)
        number = len(re.findall(r"^(?:not )?ok", out, re.M))
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
            for mutant, (dead, why) in zip(MUTANTS, pool.map(lambda n: kill(work, n), range(len(MUTANTS)))):
                number += 1
                print("%s %d - driver mutant of %s breaks: %s" % ("ok" if dead else "not ok", number, mutant[0], mutant[3]))
                if not dead:
                    failed = 1
                    print("# " + why.replace("\n", "\n# "))
    print("1..%d" % number)
    sys.exit(1 if failed else 0)


LIBRARY = os.path.abspath(sys.argv[1])
objects = []
main()
