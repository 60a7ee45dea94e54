#!/usr/bin/python3
"""tests/transcripts/check.py: the library of recorded conversations, and pinata-replay itself.  TAP.

Each transcript must come to its verdict in expected.txt, at the same byte, with as much of the recorded answer as it says
("all": bit for bit), and twice the same.  Then the recorder, the converter of captures, --diff and --corpus.
"""
import concurrent.futures
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../e2e"))
import clients      # noqa: E402
import machines     # noqa: E402
import modules      # noqa: E402

REPLAY = "build/pinata-replay"
tests = 0


def check(good, name, why=""):
    global tests
    tests += 1
    print("%sok %d - %s" % ("" if good else "not ", tests, name), flush=True)
    if not good:
        print("# " + str(why)[:3000].replace("\n", "\n# "), flush=True)
    return good


def replay(*arguments):
    return subprocess.run([REPLAY, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=300)


def lines_of(text):
    return dict(line.split(": ", 1) for line in text.splitlines() if line.startswith(("answer: ", "verdict: ")))


def same_of(answer, verdict):
    """The column of expected.txt: "all", or how many bytes come again; "-" for pages: their words may change."""
    if verdict.startswith("page "):
        return "-"
    if answer.startswith("all ") or "none was recorded" in answer:
        return "all"
    return re.search(r"the first (\d+) as recorded", answer).group(1)


def test_library():
    with open(HERE + "/expected.txt") as table:
        expected = dict(line.rstrip("\n").split("\t", 1) for line in table if not line.startswith("#"))
    paths = {os.path.basename(p)[:-len(".transcript")]: p for p in glob.glob(HERE + "/*.transcript")}
    check(sorted(paths) == sorted(expected) and len(paths) > 50, "each transcript has its line in expected.txt",
          set(paths) ^ set(expected))
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for name, first, second in pool.map(lambda n: (n, replay(paths[n]), replay(paths[n])), sorted(paths)):
            found = lines_of(first.stdout)
            row = "%s\t%s" % (same_of(found["answer"], found["verdict"]), found["verdict"]) if len(found) == 2 else first.stderr
            check(row == expected.get(name) and first.stdout == second.stdout, "%s: %s" % (name, expected.get(name, "?").split("\t")[-1]),
                  row + "\n" + first.stdout + first.stderr)


def inward(path):
    """What identifies a transcript beside its clock: where it came to, the bytes that came in, its end."""
    with open(path) as file:
        words = [line.split() for line in file]
    heads = [word[1] for word in words if word[0] in ("port", "role", "peer", "address")]
    return heads, "".join(word[2] for word in words if word[0] == "in"), [word[2] for word in words if word[0] == "end"]


class Recorded(machines.Hosted):
    def command(self):
        return super().command() + ["--record", os.path.dirname(self.module) + "/recorded"]


def test_recorder(folder, practice):
    """A sanitized machine, seen by its recorder and by a capture at once."""
    machine = Recorded(folder, modules.sealed(practice.lines))
    try:
        check(machine.wait_up(), "a recorded machine answers", machine.console())
        answer = clients.openssl(machine.ports[machines.PRIZE])
        check(answer.alert == 116, "and refuses as any other", answer)
        clients.raw(machine.ports[machines.PRIZE], b"GET / HTTP/1.0\r\n\r\n")
    finally:
        machine.stop()
    recorded = sorted(glob.glob(folder + "/recorded/*-10000.transcript"))
    check(len(recorded) == 2, "each connection is a file", os.listdir(folder + "/recorded"))
    text = "".join(open(path).read() for path in glob.glob(folder + "/recorded/*"))
    check(practice.key.hex() not in text and practice.seed.hex() not in text and "seed " in text, "no transcript holds the prize")
    found = [dict({"answer": "", "verdict": ""}, **lines_of(replay(path).stdout)) for path in recorded]
    check([f["answer"] for f in found] == ["all 781 bytes as recorded", "all 7 bytes as recorded"] or
          all(f["answer"].startswith("all ") for f in found), "a replay gives every byte that the machine gave", found)
    check("no client certificate, alert 116" in found[0]["verdict"] and "byte 4" in found[1]["verdict"], "and its verdicts", found)
    check(all(os.stat(path).st_mode & 0o077 == 0 for path in recorded), "a transcript with a seed is its owner's alone")
    return machine, glob.glob(folder + "/recorded/*")


def test_capture(folder, machine, recorded):
    done = replay("--from-pcap", machine.dump_path, folder + "/captured", machine.module)
    captured = glob.glob(folder + "/captured/*")
    check(done.returncode == 0 and captured and sorted(map(inward, captured)) == sorted(map(inward, recorded)),
          "a capture of the same gives the same bytes", (done, captured))
    text = "".join(open(path).read() for path in captured)
    check("seed " not in text and "private-key" not in text, "but no seed")
    verdicts = replay("--verdict", *sorted(captured)).stdout
    check("record type not allowed now, alert 10 sent | decided by byte 4" in verdicts, "what was said in clear is judged the same", verdicts)
    with open(machine.dump_path, "rb") as file:
        dump = file.read()
    for name, data, says in (("in the middle of a frame", dump[:-7], "ends in the middle"), ("in the header", dump[:20], "can not read"),
                             ("of another link", dump[:20] + b"\x65" + dump[21:], "not a capture of Ethernet")):
        with open(folder + "/bad.pcap", "wb") as file:
            file.write(data)
        done = replay("--from-pcap", folder + "/bad.pcap", folder + "/bad", machine.module)
        check(done.returncode in (1, 2) and says in done.stderr, "a capture that ends %s is refused" % name if "of" not in name[:2]
              else "a capture %s is refused" % name, done)
    worst = 0
    for at in range(24, min(len(dump), 6000), 199):
        with open(folder + "/spoiled.pcap", "wb") as file:
            file.write(dump[:at] + bytes([dump[at] ^ 0xff]) + dump[at + 1:])
        worst = max(worst, replay("--from-pcap", folder + "/spoiled.pcap", folder + "/spoiled", machine.module).returncode)
    check(worst <= 2, "no spoiled capture does harm", worst)


def test_refusals(folder, practice):
    main = os.path.join(folder, "main.module")
    with open(main, "w") as file:
        file.write(modules.sealed(["chain main" if line.startswith("chain ") else line for line in practice.lines]))
    done = subprocess.run(["build/hosted/pinata", "--module", main, "--record", folder + "/none"], capture_output=True, text=True, timeout=60)
    check(done.returncode == 3 and "chain main" in done.stderr and not os.path.exists(folder + "/none"), "chain main is not recorded", done)
    done = subprocess.run(["build/hosted/pinata", "--module", practice.path("module"), "--record", main], capture_output=True, text=True, timeout=60)
    check(done.returncode != 0, "a folder that is none is refused before anything starts", done)
    with open(folder + "/bad.transcript", "w") as file:
        file.write("pinata-transcript 1\nport 22\n")
    done = replay(folder + "/bad.transcript")
    check(done.returncode == 2 and "line 2: no service has this port" in done.stderr, "a bad transcript is refused with its line", done)


def test_diff(folder):
    some = os.path.join(folder, "some")
    os.mkdir(some)
    for name in ("openssl-no-certificate", "gnutls-no-certificate", "openssl-wins", "garbage", "curl-page"):
        shutil.copy("%s/%s.transcript" % (HERE, name), some)
    done = replay("--diff", REPLAY, REPLAY, some)
    check(done.returncode == 0 and done.stdout.startswith("no verdict changed: "), "--diff of a build with itself", done)
    other = os.path.join(folder, "other-build")
    with open(other, "w") as file:
        file.write("#!/bin/sh\n%s \"$@\" | sed 's/no client certificate, alert 116 sent/THE PRIZE/'\n" % os.path.abspath(REPLAY))
    os.chmod(other, 0o755)
    done = replay("--diff", REPLAY, other, some)
    check(done.returncode == 1 and "openssl-no-certificate.transcript\n  old: tls failed: no client" in done.stdout and
          "2 of " in done.stdout, "--diff with a build that gives the prize to anybody", done)
    check(replay("--diff", REPLAY, "/bin/false", some).returncode == 2, "--diff with what is no build")


def test_corpus(folder):
    out = os.path.join(folder, "corpus")
    names = ("heartbleed-after-hello", "curl-plain-page", "speaks-to-alert", "curl-page")
    done = replay("--corpus", out, *("%s/%s.transcript" % (HERE, name) for name in names))
    check(done.returncode == 0 and sorted(os.listdir(out)) == ["engine", "http", "server"], "--corpus sorts by target", done)
    first = sorted(open(path, "rb").read(1) for path in glob.glob(out + "/*/*"))
    check(first == [b"\0", b"\2", b"\3", b"\x16"], "with the byte before that the target wants: policy, role", first)
    done = subprocess.run(["fuzz/replay.py", "server", out + "/server"], capture_output=True, text=True, timeout=120)
    check(done.returncode == 0 and "record type not allowed now" in done.stdout, "the server's target takes its seeds", done.stdout + done.stderr)


def main():
    test_library()
    with tempfile.TemporaryDirectory(prefix="pinata-transcripts-") as folder:
        practice = modules.Practice(folder)
        test_capture(folder, *test_recorder(folder, practice))
        test_refusals(folder, practice)
        test_diff(folder)
        test_corpus(folder)
    print("1..%d" % tests)


main()
