#!/usr/bin/python3
"""tests/lint/source.py [ROOT [RULE]]: the rules that reading the source can decide.  Prints TAP, one line a rule.

Layers and include rules come from layers.txt; the other rules are STYLE.md's, each function
below names its own.  What a parser of C would be needed for (function length, recursion) is
clang-tidy's work, what the linker knows (symbols, globals) is symbols.py's.
"""
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "../..")
OWN = ("appliance", "tlsstack", "netstack", "wallet", "platform")
ALL = OWN + ("tests", "fuzz", "deploy")


def files(folders, endings):
    found = []
    for folder in folders:
        for where, _, names in os.walk(os.path.join(ROOT, folder)):
            found += [os.path.relpath(os.path.join(where, n), ROOT) for n in names if n.endswith(endings)]
    return sorted(found)


def text(path):
    with open(os.path.join(ROOT, path), encoding="utf-8", errors="replace") as file:
        return file.read()


def code(path):
    """The file's text with comments and string contents blanked, lines kept."""
    def blank(match):
        word = match.group(0)
        if word.startswith("/"):
            return re.sub(r"[^\n]", " ", word)
        return word[0] + " " * (len(word) - 2) + word[-1]
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', blank, text(path), flags=re.S)


def grep(paths, pattern, allowed=()):
    bad = []
    for path in paths:
        if path in allowed:
            continue
        for number, line in enumerate(code(path).split("\n"), 1):
            if re.search(pattern, line):
                bad.append("%s:%d: %s" % (path, number, line.strip()))
    return bad


def under(path, folder):
    return path == folder or path.startswith(folder + "/")


def read_layers():
    layers, third = {}, []
    with open(os.path.join(HERE, "layers.txt")) as lines:
        for line in lines:
            words = line.split()
            if not words or words[0].startswith("#"):
                continue
            if words[0].startswith("<"):
                third.append((words[0], words[1:]))
            else:
                layers[words[0]] = words[1:]
    return layers, third


def layer_of(path, layers):
    return max((name for name in layers if under(path, name)), key=len, default=None)


def include_ok(path, name, layers):
    own = layer_of(path, layers)
    for allowed in layers.get(own, []):
        if name == allowed or (under(name, allowed) and layer_of(name, layers) == allowed):
            return True
    return False


def angle_ok(path, name, third):
    for prefix, who in third:
        if ("<" + name + ">").startswith(prefix) and any(w == "*" or under(path, w) for w in who):
            return True
    return False


def rule_layers():
    """Style 7: includes obey layers.txt; each third party is named in one folder only."""
    layers, third = read_layers()
    bad = []
    for path in files(OWN, (".c", ".h", ".S")):
        for number, line in enumerate(text(path).split("\n"), 1):
            match = re.match(r'\s*#\s*include\s*([<"])([^>"]*)[>"]', line)
            if not match:
                continue
            ok = angle_ok(path, match.group(2), third) if match.group(1) == "<" else include_ok(path, match.group(2), layers)
            if not ok:
                bad.append("%s:%d: may not include %s" % (path, number, match.group(2)))
    return bad


def rule_file_length():
    """Style 2: a file above 600 lines needs a reason in its header ("Long because")."""
    return ["%s: %d lines" % (p, text(p).count("\n")) for p in files(ALL, (".c", ".h", ".S"))
            if text(p).count("\n") > 600 and "Long because" not in text(p)[:2000]]


def rule_opening_comment():
    """Style 4: every file opens with what it is, and begins with its own name."""
    bad = []
    for path in files(ALL, (".c", ".h", ".S")):
        head = text(path)[:200]
        if not re.match(r"/\*\s*(\* )?" + re.escape(os.path.basename(path)), head):
            bad.append(path + ": does not open with /* %s: ... */" % os.path.basename(path))
    return bad


def rule_no_variants():
    """Style 6: no #if in .c files outside platform/ (tests and fuzz targets included)."""
    paths = [p for p in files(("appliance", "tlsstack", "netstack", "wallet", "tests", "fuzz"), (".c",))]
    return grep(paths, r"^\s*#\s*(if|ifdef|ifndef|elif)\b")


def rule_no_heap_no_libc():
    """Style 13, 21: no heap, no C library calls in what becomes the image."""
    paths = [p for p in files(OWN, (".c", ".h")) if not under(p, "platform/hosted")]
    return grep(paths, r"\b(malloc|calloc|realloc|alloca|free|s?n?printf|str(len|cpy|cat|cmp|ncpy|str)|gets|atoi|strtou?ll?|setjmp|longjmp)\s*\(",
                ("wallet/secp256k1_glue.c",))


def rule_no_owing():
    """No TODO without an owner: none at all."""
    bad = []
    for path in files(ALL, (".c", ".h", ".S", ".py", ".sh")):
        if path == "tests/lint/source.py" or path == "tests/lint/planted.py":
            continue
        bad += ["%s:%d" % (path, n) for n, line in enumerate(text(path).split("\n"), 1)
                if re.search(r"\b(TODO|FIXME|XXX|HACK)\b", line)]
    return bad


def rule_wire_bytes():
    """Style 13: a cursor's base is indexed in span.h only."""
    return grep(files(OWN, (".c", ".h")), r"\bbase\s*\[", ("platform/base/span.h",))


def rule_parse_sees_bytes():
    """Style 14: a *_parse function has no connection among its parameters."""
    bad = []
    for path in files(("tlsstack", "appliance"), (".c", ".h")):
        for match in re.finditer(r"\b(\w+_parse)\s*\(([^;{)]*)\)", code(path)):
            if re.search(r"struct (tls_conn|session|hs)\b", match.group(2)):
                bad.append("%s: %s sees a connection" % (path, match.group(1)))
    return bad


def functions_of(body):
    """Function definitions of blanked C text: name -> (start, text of the body)."""
    return {m.group(1): (m.start(), m.group(0)) for m in re.finditer(r"^(\w+)\([^;{]*\)\s*\{.*?^\}", body, re.M | re.S)}


def reached_from_fuzz():
    """Every identifier that a fuzz target can reach by calls, tables of a reached file included."""
    reached = set(re.findall(r"\w+", "\n".join(code(p) for p in files(("fuzz",), (".c", ".h")))))
    waiting = {p: code(p) for p in files(OWN, (".c", ".h"))}
    grew = True
    while grew:
        grew = False
        for path, body in waiting.items():
            tables = re.sub(r"^(\w+)\([^;{]*\)\s*\{.*?^\}", "", body, flags=re.M | re.S)
            hit = {name: text for name, (_, text) in functions_of(body).items() if name in reached}
            words = set(re.findall(r"\w+", "\n".join(hit.values()) + (tables if hit else "")))
            grew = grew or not words <= reached
            reached |= words
    return reached


def rule_parsers_are_fuzzed():
    """Style 33: every *_parse function is reached from a fuzz target."""
    reached = reached_from_fuzz()
    return ["%s: %s is reached by no fuzz target" % (path, name) for path in files(OWN, (".c",))
            if not under(path, "platform/hosted")
            for name in functions_of(code(path)) if name.endswith("_parse") and name not in reached]


def rule_one_caller_of_the_prize():
    """The prize leaves through appliance/prize.c and nowhere else."""
    paths = files(OWN, (".c",))
    return grep(paths, r"\bwallet_reveal\s*\(", ("appliance/prize.c",) + tuple(p for p in paths if under(p, "wallet")))


def rule_log_has_few_callers():
    """plat_log is called where typed events are written, and for main.c's two lines: refused, ready."""
    paths = [p for p in files(OWN, (".c",)) if not under(p, "platform")]
    return grep(paths, r"\bplat_log\s*\(", ("appliance/events.c", "appliance/main.c"))


def rule_witnesses_have_one_maker():
    """cert_ok, sig_ok and finished_ok: each is made at one place in each of the functions witness.h names."""
    bad = []
    for name in ("cert_ok", "sig_ok", "finished_ok"):
        makers = grep(files(("tlsstack",), (".c",)), r"\bwitness_make_%s\s*\(|\b%s\s*=\s*true" % (name, name))
        if len(makers) > 1:
            bad += makers
    return bad


def rule_tests_have_sources():
    """Style 32: tests/X/y_test.c tests X/y.c or X/y.h; tests/attacks tells stories instead."""
    bad = []
    for path in files(("tests",), ("_test.c",)):
        source = path[len("tests/"):-len("_test.c")]
        if under(path, "tests/attacks") or under(path, "tests/vectors") or under(path, "tests/images"):
            continue
        source = re.sub("^reward/", "deploy/tool/", source)
        places = [source + e for e in (".c", ".h")] + [os.path.dirname(source)]
        if not any(os.path.exists(os.path.join(ROOT, p)) for p in places):
            bad.append(path + ": nothing to test at " + source)
    return bad


def rule_tests_are_run():
    """Every *_test.c is named in tests/suites.txt: a test that nobody runs asserts nothing."""
    rows = [line.split() for line in text("tests/suites.txt").split("\n") if line and not line.startswith("#")]
    run = {word for row in rows for word in row}
    return [p + ": not in tests/suites.txt" for p in files(("tests",), ("_test.c",))
            if p[len("tests/"):-len(".c")] not in run and not under(p, "tests/images")]


def rule_documents_name_files():
    """Style 30: a document's `path/to/file` or `folder/` is there."""
    documents = [n for n in os.listdir(ROOT) if n.endswith(".md")] + files(ALL, ("README.md",))
    bad = []
    for path in sorted(documents):
        for name in re.findall(r"`((?:%s)/[\w./-]*)`" % "|".join(ALL), text(path)):
            if not os.path.exists(os.path.join(ROOT, name)) and "X/" not in name:
                bad.append("%s: there is no %s" % (path, name))
    return bad


def rule_exports_sorted():
    """Style 8: exports.txt files are sorted, each name once."""
    bad = []
    for folder in ("platform/base", "tlsstack", "netstack", "wallet"):
        names = text(folder + "/exports.txt").split()
        if names != sorted(set(names)):
            bad.append(folder + "/exports.txt is not sorted or repeats a name")
    return bad


def rule_makefile_is_short():
    """The Makefile stays under 300 lines and names every own source."""
    make = text("Makefile")
    bad = ["Makefile has %d lines" % make.count("\n")] if make.count("\n") >= 300 else []
    for path in files(OWN, (".c", ".S")):
        stem = os.path.splitext(os.path.basename(path))[0]
        if not re.search(r"(?<![\w])%s(?![\w])" % re.escape(stem), make):
            bad.append(path + ": not named in the Makefile")
    return bad


def rule_targets_are_listed():
    """Each target of the Makefile that a person may ask for is in deploy/README.md's table."""
    table = text("deploy/README.md").partition("\n| make | does |\n")[2].partition("\n\n")[0]
    targets = " ".join(re.findall(r"^\.PHONY:(.*)", text("Makefile"), re.M)).split()
    return ["make %s: not in deploy/README.md" % t for t in targets if t != ".FORCE" and not re.search(r"(?<![\w-])%s(?![\w-])" % t, table)]


def main():
    rules = [(name, rule) for name, rule in globals().items() if name.startswith("rule_")]
    if len(sys.argv) > 2:
        rules = [(name, rule) for name, rule in rules if name == "rule_" + sys.argv[2]]
    failed = False
    print("1..%d" % len(rules))
    for number, (name, rule) in enumerate(rules, 1):
        bad = rule()
        failed = failed or bool(bad)
        print("%s %d - %s" % ("not ok" if bad else "ok", number, name[5:]))
        for line in bad:
            print("#   " + line)
    sys.exit(failed)


main()
