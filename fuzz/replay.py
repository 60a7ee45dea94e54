#!/usr/bin/python3
"""fuzz/replay.py [--timeout S] [--report FILE] [--build DIR] [TARGET [CORPUS]]: inputs through targets, no mutation.

Without arguments: every target of DIR over fuzz/corpus/TARGET, TAP on standard output (the suite
`fuzz`).  With a target: CORPUS (a folder, or a tar archive of one; default fuzz/corpus/TARGET) through
it, with progress, a summary by outcome, and every crash, time-out and leak by name.  The same files give
the same summary.  FILE receives all of it as JSON.  Exit status 1 when anything went wrong.
"""
import argparse
import collections
import glob
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
SHARDS = int(os.environ.get("JOBS", os.cpu_count() or 2))


# Public corpora of raw inputs, replayed where they lie; they are not part of the project.
CORPORA = os.environ.get("PINATA_CORPORA", os.path.join(HERE, "../../shared/corpora"))
OTHERS = (("server", "openssl-server.tar.xz"), ("server", "openssl-client.tar.xz"), ("x509", "openssl-x509.tar.xz"))


def unpack(archive, folder):
    """Its files, by number: names in it are not trusted."""
    with tarfile.open(archive) as tar:
        for number, member in enumerate(member for member in tar if member.isfile()):
            with open(os.path.join(folder, "%06d-%s" % (number, os.path.basename(member.name))), "wb") as file:
                file.write(tar.extractfile(member).read())


def inputs(corpus):
    return sorted(os.path.join(where, name) for where, _, names in os.walk(corpus) for name in names)


class Replay:
    """One target over a list of files: what became of each."""

    def __init__(self, program, timeout_s, tick):
        self.program, self.timeout_s, self.tick = program, timeout_s, tick
        self.results, self.lock = [], threading.Lock()

    def note(self, name, outcome, microseconds=0, text=""):
        with self.lock:
            self.results.append({"input": name, "outcome": outcome, "us": microseconds, "text": text})
            self.tick(len(self.results))

    def shard(self, names):
        """Feed the driver; when it dies, note which input it died of and go on behind it."""
        while names:
            with tempfile.TemporaryFile("w+") as errors:
                run = subprocess.Popen([self.program, str(self.timeout_s)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                       stderr=errors, text=True, errors="replace")
                feeder = threading.Thread(target=self.feed, args=(run.stdin, names))
                feeder.start()
                started, done = None, 0
                for line in run.stdout:
                    words = line.rstrip("\n").split("\t")
                    if words[0] == "run":
                        started = words[1]
                    elif words[0] == "end":
                        self.note(words[1], words[2], int(words[3]))
                        started, done = None, done + 1
                feeder.join()
                code = run.wait()
                errors.seek(0)
                text = errors.read()[-4000:]
            if code == 0:
                return
            if started is None:
                self.note("(one of %d, from %s)" % (done, names[0]), "LEAK" if "LeakSanitizer" in text else "CRASH", 0, text)
                return
            self.note(started, "TIME-OUT" if code == -14 else "CRASH", 0, text)
            names = names[done + 1:]

    @staticmethod
    def feed(pipe, names):
        try:
            pipe.write("".join(name + "\n" for name in names))
            pipe.close()
        except BrokenPipeError:
            pass

    def run(self, names):
        threads = [threading.Thread(target=self.shard, args=(names[i::SHARDS],)) for i in range(SHARDS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.results.sort(key=lambda result: result["input"])
        return self.results


def bad(result):
    return result["outcome"] in ("CRASH", "TIME-OUT", "LEAK")


def progress(total):
    def tick(done):
        if sys.stderr.isatty():
            width = 40 * done // max(total, 1)
            sys.stderr.write("\r[%s%s] %d/%d%s" % ("#" * width, "." * (40 - width), done, total, "\n" if done >= total else ""))
        elif done % max(total // 10, 1) == 0:
            sys.stderr.write("%d/%d\n" % (done, total))
    return tick


def one(args, target, corpus):
    with tempfile.TemporaryDirectory() as room:
        if os.path.isfile(corpus):
            unpack(corpus, room)
            corpus = room
        names = inputs(corpus)
        results = Replay(os.path.join(args.build, target), args.timeout, progress(len(names))).run(names)
    counts = collections.Counter(result["outcome"] for result in results)
    for outcome, count in counts.most_common():
        print("%7d  %s" % (count, outcome))
    if results:
        slowest = max(results, key=lambda result: result["us"])
        print("%7d  inputs, slowest %d us: %s" % (len(names), slowest["us"], slowest["input"]))
    for result in filter(bad, results):
        print("%s: %s\n%s" % (result["outcome"], result["input"], result["text"]))
    if args.report:
        with open(args.report, "w") as file:
            json.dump({"target": target, "inputs": len(names), "outcomes": counts, "results": results}, file, indent=1)
    return bool(names) and not any(map(bad, results))


def quietly(args, number, target, corpus, where):
    """One line of TAP."""
    names = inputs(corpus)
    results = Replay(os.path.join(args.build, target), args.timeout, lambda done: None).run(names)
    fine = bool(names) and not any(map(bad, results)) and len(results) == len(names)
    print("%sok %d - %s: %d inputs of %s" % ("" if fine else "not ", number, target, len(names), where), flush=True)
    for result in filter(bad, results):
        print("# %s: %s\n# %s" % (result["outcome"], result["input"], result["text"].replace("\n", "\n# ")))
    return fine


def every(args):
    """TAP: each target over its own corpus (none: that fails), then other people's, where there are any."""
    targets = sorted(os.path.basename(path)[:-7] for path in glob.glob(os.path.join(HERE, "*_fuzz.c")))
    good, number = True, 0
    print("1..%d" % (len(targets) + len(OTHERS)))
    for target in targets:
        number += 1
        good &= quietly(args, number, target, os.path.join(HERE, "corpus", target), "ours")
    for target, name in OTHERS:
        number += 1
        archive = os.path.join(CORPORA, name)
        if not os.path.isfile(archive):
            print("ok %d - %s: %s # SKIP no such archive in %s" % (number, target, name, CORPORA))
            continue
        with tempfile.TemporaryDirectory() as room:
            unpack(archive, room)
            good &= quietly(args, number, target, room, name)
    return good


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--timeout", type=int, default=10)
    parser.add_argument("--report")
    parser.add_argument("--build", default="build/san/fuzz")
    parser.add_argument("target", nargs="?")
    parser.add_argument("corpus", nargs="?")
    args = parser.parse_args()
    if args.target is None:
        sys.exit(not every(args))
    sys.exit(not one(args, args.target, args.corpus or os.path.join(HERE, "corpus", args.target)))


main()
