#!/usr/bin/python3
"""tests/mutate.py FILE.c...: take out each refusal of a source in turn and see which unit test notices.

A refusal is a `return` of a failure under a condition, one operand of such a condition, or one of `return a && b`.  For each, one line: which
test went red, or SURVIVED; the last line counts.  A survivor is either a hole in the tests or a check that another one repeats: read it.
Not a part of any suite: a file takes minutes.  Nothing in the tree is changed; all is built in build/mutate, where the tree's code is one
shared library, so that a mutant costs one compilation.
"""
import concurrent.futures
import os
import re
import subprocess
import sys
import time

WORK = "build/mutate"
FLAGS = ("-std=c11 -O1 -g -w -fPIC -fno-common -fno-strict-aliasing -D_GNU_SOURCE -I. -iquote netstack -isystem build/third-party/bearssl/inc "
         "-isystem build/third-party/lwip/src/include -isystem build/third-party/secp256k1/include -Ibuild/third-party/bearssl/src -DBR_LE_UNALIGNED=0 "
         "-DBR_BE_UNALIGNED=0 -DBR_USE_URANDOM=0 -DBR_USE_GETENTROPY=0 -DBR_USE_UNIX_TIME=0").split()
SANITIZE = ["-fsanitize=address,undefined", "-fno-sanitize=function", "-fno-sanitize-recover=all"]
LINK = ["-fuse-ld=lld-19", "-Wl,--unresolved-symbols=ignore-all"]
LIBRARY = WORK + "/libtree.so"
SLOW = 12.0	# seconds: programs that take longer are left out
JOBS = int(os.environ.get("JOBS", os.cpu_count() or 2))
ENV = dict(os.environ, CMOCKA_MESSAGE_OUTPUT="TAP")


def run(words, **more):
    return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", **more)


def must(words):
    done = run(words)
    if done.returncode != 0:
        sys.exit(" ".join(words[:3]) + " ...: " + done.stdout[-2000:])


def compile_one(source, out):
    extra = ["@wallet/secp256k1.flags"] if "secp256k1" in source else []
    return run(["clang-19"] + FLAGS + SANITIZE + extra + ["-c", "-o", out, source])


def object_of(source):
    return "%s/%s.o" % (WORK, source.replace("/", "_"))


def link(objects):
    must(["clang-19", "-shared"] + LINK + ["-o", LIBRARY + ".new"] + objects)
    os.replace(LIBRARY + ".new", LIBRARY)


def build_tree():
    """The members of pinata.a as a shared library.  Returns its sources."""
    listed = run(["make", "-Bn", "build/san/pinata.a"]).stdout
    members = re.search(r"^llvm-ar-19 rcs \S+ (.*)$", listed, re.M).group(1).split()
    sources = [re.sub(r"^build/san/(third-party/)?", lambda m: "build/third-party/" if m.group(1) else "", m)[:-2] + ".c" for m in members]
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        for done in pool.map(lambda s: compile_one(s, object_of(s)), sources):
            if done.returncode != 0:
                sys.exit(done.stdout[-2000:])
    link([object_of(s) for s in sources])
    return sources


def build_test(unit):
    """(unit, program, seconds), or None where the unmutated tree does not pass: it needs more than the library."""
    program = WORK + "/" + unit.replace("/", "_")
    done = run(["clang-19"] + FLAGS + SANITIZE + LINK + ["-o", program, "tests/%s.c" % unit, "-Wl,-rpath,$ORIGIN", "-Wl,-z,lazy", "-Wl,-E",
                                                       "-L" + WORK, "-ltree", "-lcmocka"])
    began = time.monotonic()
    good = done.returncode == 0 and run(["timeout", "120", program], env=ENV).returncode == 0
    return (unit, program, time.monotonic() - began) if good else None


def top(text, operator):
    """(start, end) of each operand of `text` at the top level."""
    depth, start, found = 0, 0, []
    for at, c in enumerate(text):
        depth += (c in "([{") - (c in ")]}")
        if depth == 0 and text.startswith(operator, at):
            found.append((start, at))
            start = at + len(operator)
    return found + [(start, len(text))]


def operands(text, begin, end, operator, value):
    parts = top(text[begin:end], operator)
    for start, stop in parts if len(parts) > 1 else []:
        word = text[begin + start:begin + stop]
        at = begin + start + len(word) - len(word.lstrip())
        yield at, at + len(word.strip()), value


def mutants(text):
    """(from, to, instead) of each."""
    for match in re.finditer(r"^(\t+)return (FAIL\w*\([^;]*\)|false|X509_(?!OK)\w+);", text, re.M):
        opening = text.rfind("if (", 0, match.start())
        before = text[opening + 4:match.start()].rstrip()
        if opening < 0 or ";" in before or "{" in before or not before.endswith(")"):
            continue
        yield match.start(), match.end(), match.group(1) + ";"
        yield from operands(text, opening + 4, opening + 4 + len(before) - 1, "||", "false")
    for match in re.finditer(r"return ([^;?]*)\? (?:FAIL\w*\([^;:]*\) : (\w+)|(TLS_OK) : FAIL\w*\([^;:]*\));", text):
        yield match.start(), match.end(), "return (void)(%s), %s;" % (match.group(1).strip(), match.group(2) or match.group(3))
    for match in re.finditer(r"return ([^;{}?]*&&[^;{}?]*);", text):
        yield from operands(text, match.start(1), match.end(1), "&&", "true")


def first_red(tests):
    """The name of a test that fails, or None."""
    red = []

    def one(test):
        if not red:
            done = run(["timeout", str(int(30 + 20 * test[2])), test[1]], env=ENV)
            if done.returncode != 0:
                red.append(test[0] + (" (hangs)" if done.returncode == 124 else ""))
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        list(pool.map(one, tests))
    return red[0] if red else None


def main():
    if len(sys.argv) < 2 or not all(a.endswith(".c") and os.path.exists(a) for a in sys.argv[1:]):
        sys.exit(__doc__)
    os.makedirs(WORK, exist_ok=True)
    sources = build_tree()
    folders = {path.split("/")[0] for path in sys.argv[1:]} | {"attacks"}
    with open("tests/suites.txt") as file:
        units = sorted({line.split()[3] for line in file if re.match(r"\w+\s+\d+\s+unit \S+$", line)})
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        tests = [t for t in pool.map(build_test, [u for u in units if u.split("/")[0] in folders]) if t and t[2] < SLOW]
    noticed = tried = 0
    for path in sys.argv[1:]:
        if path not in sources:
            sys.exit(path + " is not in pinata.a")
        with open(path) as file:
            text = file.read()
        base = os.path.basename(path)[:-2]
        order = sorted(tests, key=lambda t: (not t[0].split("/")[-1].startswith(base.split("_")[0]), t[2]))
        for start, end, instead in mutants(text):
            with open(WORK + "/mutant.c", "w") as file:
                file.write(text[:start] + instead + text[end:])
            if compile_one(WORK + "/mutant.c", WORK + "/mutant.o").returncode != 0:
                continue
            link([object_of(s) for s in sources if s != path] + [WORK + "/mutant.o"])
            red = first_red(order)
            tried, noticed = tried + 1, noticed + (red is not None)
            what = re.sub(r"\s+", " ", text[start:end]).strip()
            print("%s:%d: %s: %s" % (path, text.count("\n", 0, start) + 1, what, red or "SURVIVED"), flush=True)
    print("%d of %d noticed" % (noticed, tried))


main()
