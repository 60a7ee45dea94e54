#!/usr/bin/python3
"""tests/proofs/prove.py CBMC_BIN [--quick] [FUNCTION...]: prove functions against their contracts.  Prints TAP.

A row of proofs.list is one function: it is compiled with the contracts of contracts.h, its callees that the row
names are replaced by their contracts, loops by their invariants, and CBMC must find no out-of-bounds access, no
overflow, no undefined behaviour, no write outside ASSIGNS and no broken postcondition.  --quick: only rows marked
`quick`, and those of files that differ from the branch's base.

Nothing is believed that could be empty: each proof is run a second time with assert(0) at the end of the harness,
which must be refuted (so the preconditions can be met and the function returns); a contract that is missing
("deriving empty pure contract") is a failure; each row of mutants.list must fail for the property it names.
"""
import concurrent.futures
import os
import re
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "../.."))
JOBS = int(os.environ.get("JOBS", os.cpu_count() or 2))
SECONDS = 600
CHECKS = ["--pointer-overflow-check", "--unsigned-overflow-check", "--conversion-check", "--object-bits", "10",
          "--slice-formula", "--external-sat-solver", "cadical"]


def rows(name, num_fields):
    with open(os.path.join(HERE, name)) as lines:
        for line in lines:
            if line.strip() and not line.startswith("#"):
                fields = [field.strip() for field in re.split(r"(?<!\\)\|", line.rstrip("\n"))]
                fields = [field.replace("\\|", "|") for field in fields]
                if len(fields) != num_fields:
                    sys.exit("%s: a row has %d fields, not %d: %s" % (name, len(fields), num_fields, line))
                yield fields


def run(words, where):
    env = dict(os.environ, PATH=TOOLS + ":" + os.environ["PATH"])
    done = subprocess.run(words, cwd=where, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


def cbmc(proof, end="", overlay=None):
    """Run one proof.  Returns (verdict, lines that say why): proved, refuted or broken."""
    function, callees, declarations, call, source = proof[:5]
    with tempfile.TemporaryDirectory() as work:
        with open(os.path.join(work, "harness.c"), "w") as file:
            file.write('#include "%s"\nvoid harness(void);\nvoid harness(void) { %s; %s; %s }\n' % (source, declarations, call, end))
        include = (["-I" + overlay] if overlay else []) + ["-I" + ROOT, "-iquote", ROOT + "/netstack"]
        third = os.path.join(ROOT, "build/third-party")
        include += ["-I%s/bearssl/inc" % third, "-I%s/lwip/src/include" % third]
        code, out = run(["goto-cc", "-DCBMC", "-std=c11"] + include + ["--function", "harness", "-o", "a.gb", "harness.c"], work)
        if code != 0:
            return "broken", out.split("\n")[:6]
        replace = [word for callee in callees.split() for word in ("--replace-call-with-contract", callee)]
        code, out = run(["goto-instrument", "--dfcc", "harness", "--enforce-contract", function] + replace +
                        ["--apply-loop-contracts", "a.gb", "b.gb"], work)
        if code != 0 or re.search(r"deriving empty|not found", out):
            return "broken", [l for l in out.split("\n") if re.search(r"deriving|not found|error|Error", l)][:6] or out.split("\n")[-6:]
        code, out = run(["timeout", str(SECONDS), "cbmc", "b.gb"] + CHECKS, work)
        why = [l for l in out.split("\n") if l.endswith(": FAILURE")]
        if "VERIFICATION SUCCESSFUL" in out and code == 0:
            return "proved", []
        if "VERIFICATION FAILED" in out and why:
            return "refuted", why
        return "broken", out.split("\n")[-6:] + (["timed out"] if code == 124 else [])


def prove(proof):
    began = time.monotonic()
    verdict, why = cbmc(proof)
    if verdict != "proved":
        return False, time.monotonic() - began, [verdict] + why[:10]
    verdict, why = cbmc(proof, end="__CPROVER_assert(0, \"the end is reached\");")
    reached = verdict == "refuted" and any("the end is reached" in l for l in why)
    return reached, time.monotonic() - began, [] if reached else ["vacuous: the end of the harness is not reached"] + why


def kill(mutant, proofs):
    """A mutant dies when its proof fails for the property that its row names."""
    function, path, before, after, property_pattern = mutant
    began = time.monotonic()
    with open(os.path.join(ROOT, path)) as file:
        text = file.read()
    before, after = before.replace("\\t", "\t").replace("\\n", "\n"), after.replace("\\t", "\t").replace("\\n", "\n")
    if text.count(before) != 1:
        return False, 0.0, ["%d places in %s read: %s" % (text.count(before), path, before)]
    with tempfile.TemporaryDirectory() as overlay:
        os.makedirs(os.path.join(overlay, os.path.dirname(path)), exist_ok=True)
        with open(os.path.join(overlay, path), "w") as file:
            file.write(text.replace(before, after))
        verdict, why = cbmc(proofs[function], overlay=overlay)
    dead = verdict == "refuted" and any(re.search(property_pattern, line) for line in why)
    return dead, time.monotonic() - began, [] if dead else [verdict] + why[:6]


def changed_files():
    out = subprocess.run(["git", "-C", ROOT, "diff", "--name-only", "HEAD~1"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return set(out.stdout.split())


def main():
    wanted = [a for a in sys.argv[2:] if not a.startswith("--")]
    proofs = {row[0]: row for row in rows("proofs.list", 6)}
    mutants = list(rows("mutants.list", 5))
    chosen = proofs
    if "--quick" in sys.argv:
        near = changed_files()
        chosen = {name: row for name, row in proofs.items() if row[5] == "quick" or row[4] in near}
    if wanted:
        chosen = {name: proofs[name] for name in wanted}
    mutants = [m for m in mutants if m[0] in chosen]
    failed, number = False, 0
    print("1..%d" % (len(chosen) + len(mutants)))
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        work = [("prove %s" % name, pool.submit(prove, row)) for name, row in chosen.items()]
        work += [("mutant of %s dies: %s -> %s" % (m[0], m[2], m[3]), pool.submit(kill, m, proofs)) for m in mutants]
        for what, future in work:
            number += 1
            good, seconds, why = future.result()
            failed |= not good
            print("%s %d - %s (%.1f s)" % ("ok" if good else "not ok", number, what, seconds), flush=True)
            for line in why:
                print("#   " + line)
    sys.exit(failed)


TOOLS = os.path.abspath(sys.argv[1])
main()
