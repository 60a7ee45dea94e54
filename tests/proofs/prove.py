#!/usr/bin/python3
"""tests/proofs/prove.py CBMC_BIN [--quick] [--results] [FUNCTION...]: prove functions against their contracts.  Prints TAP.

A row of proofs.list is one function.  It is compiled with the contracts of contracts.h and called with arguments that
only its precondition bounds; callees that have a row of their own are replaced by their contracts, loops with a contract
by their invariants, all others are unwound completely (an assertion says so).  CBMC must find no out-of-bounds access, no
overflow, no undefined behaviour, no write outside ASSIGNS and no broken postcondition.  A row with `harness:FILE` runs
prove_FUNCTION of harness/FILE.c instead, loops unwound completely (`loops`: by their contracts); `given:A,B`: calls of A and B, proved
by rows of their own, go to given_A and given_B there, which assert what A demands and answer what A's row promises.

--quick: only rows marked `quick`, and the quickest of those of files that the last commit changed.  --results writes what was
proved, and in how many seconds, to results.list.  All seconds are of CPU, the tools' included, so a loaded machine changes them little.

Nothing is believed that could be empty: an assert(0) at the end of each harness must be refuted (so the preconditions
can be met and the function returns); a contract that is missing ("deriving empty pure contract") is a failure; each row of
mutants.list must fail for the property it names: CBMC looks for a failure of the properties that match, and of no others, first.
"""
import concurrent.futures
import os
import re
import subprocess
import sys
import tempfile
import threading

import functions

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "../.."))
JOBS = int(os.environ.get("JOBS", os.cpu_count() or 2))
SECONDS = 900	# for one proof
QUICK_SECONDS = 40
CHECKS = ["--pointer-overflow-check", "--unsigned-overflow-check", "--conversion-check", "--object-bits", "10",
          "--slice-formula", "--external-sat-solver", "cadical"]
BYTES = "platform/base/bytes.c"	# linked to every proof: its loops have contracts, and are small
LIMITED = ["sh", "-c", 'ulimit -v 4000000; exec "$@"', "sh"]
END = "the end is reached"
CPU = threading.local()	# .seconds: what the proof that this thread runs has used


def rows(name, num_fields):
    with open(os.path.join(HERE, name)) as lines:
        for line in lines:
            if line.strip() and not line.startswith("#"):
                fields = [field.strip() for field in re.split(r"(?<!\\)\|", line.rstrip("\n"))]
                fields = [field.replace("\\|", "|") for field in fields]
                if len(fields) != num_fields:
                    sys.exit("%s: a row has %d fields, not %d: %s" % (name, len(fields), num_fields, line))
                yield fields


class Proof:
    def __init__(self, function, path, flags):
        self.key, self.function, self.path, self.flags = path + ":" + function, function, path, dict(f.partition(":")[::2] for f in flags.split())
        if function in self.flags.get("given", "").split(","):
            sys.exit("proofs.list: %s is given to its own proof" % self.key)


def run(words, where):
    env = dict(os.environ, PATH=TOOLS + ":" + os.environ["PATH"])
    with tempfile.TemporaryFile("w+", errors="replace") as out:
        child = subprocess.Popen(words, cwd=where, env=env, stdout=out, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        CPU.seconds += used.ru_utime + used.ru_stime	# of it and of all that it waited for
        out.seek(0)
        return child.returncode, out.read()


def harness_of(proof):
    """A main function that calls the proved one with arbitrary arguments, or the proof's own file."""
    if "harness" in proof.flags:
        return '#include "%s/harness/%s.c"\n' % (HERE, proof.flags["harness"])
    params = functions.read(ROOT, proof.path)[proof.function].params
    text = "".join('#include "%s/harness/%s.h"\n' % (HERE, stub) for stub in proof.flags.get("stub", "").split(",") if stub)
    text += '#include "%s"\nvoid harness(void);\nvoid harness(void)\n{\n' % proof.path
    for _, declaration in params:
        text += "\t%s;\n" % declaration
    text += "\t(void)%s(%s);\n" % (proof.function, ", ".join(name for name, _ in params))
    return text + '\t__CPROVER_assert(0, "%s");\n}\n' % END


def fails_as_named(words, work, pattern):
    """Whether a property that matches fails: asking for one failure of those alone takes a tenth of the time that the whole proof
    takes.  Loops are cut, not asserted to end, so nothing else can fail; a failure that is found without them is one with them."""
    _, out = run(words + ["--show-properties"], work)
    found = re.findall(r"^Property (\S+):\n  file \S+(?: line (\d+))?.*\n  (.*)$", out, re.M)
    named = [word for name, line, what in found if re.search(pattern, "[%s] line %s %s: FAILURE" % (name, line, what)) and END not in what for word in ("--property", name)]
    if not named:
        return False
    code, out = run(LIMITED + words + named + ["--stop-on-fail", "--no-unwinding-assertions"], work)
    return code == 10 and "Violated property:" in out and "VERIFICATION FAILED" in out


def cbmc(proof, overlay=None, pattern=None):
    """Run one proof.  Returns (verdict, lines that say why): proved, refuted, vacuous or broken; or as_named, when a pattern is
    given and a property that matches fails."""
    with tempfile.TemporaryDirectory() as work:
        with open(os.path.join(work, "harness.c"), "w") as file:
            file.write(harness_of(proof))
        overlay = overlay or work
        functions.spell_out(overlay if os.path.exists(os.path.join(overlay, proof.path)) else ROOT, proof.path, overlay)
        include = ["-I" + overlay, "-iquote", overlay + "/netstack"] + ["-I" + ROOT, "-iquote", ROOT + "/netstack"]
        third = os.path.join(ROOT, "build/third-party")
        include += ["-I%s/bearssl/inc" % third, "-I%s/lwip/src/include" % third]
        code, out = run(["goto-cc", "-DCBMC", "-DPROVING_" + proof.function, "-std=c11"] + include + ["--function", "harness" if "harness" not in proof.flags else "prove_" + proof.function, "-o", "a.gb", "harness.c"] +
                        ([] if proof.path == BYTES or "harness" in proof.flags else [(overlay + "/" if os.path.exists(overlay + "/" + BYTES) else ROOT + "/") + BYTES]), work)
        if code != 0:
            return "broken", out.split("\n")[:6]
        words = ["timeout", str(SECONDS), "cbmc", "a.gb", "--unwind", proof.flags.get("unwind", "70")] + \
            [check for check in CHECKS if not (check == "--conversion-check" and "truncates" in proof.flags) and
             not (check == "--unsigned-overflow-check" and "wraps" in proof.flags)]
        if "harness" not in proof.flags:
            replace = [w for callee in functions.replaced(ROOT, proof, PROOFS) for w in ("--replace-call-with-contract", callee)]
            while True:
                code, out = run(["goto-instrument", "--dfcc", "harness", "--enforce-contract", proof.function] + replace +
                                ["--apply-loop-contracts", "a.gb", "b.gb"], work)
                gone = re.search(r"Function to replace '(\w+)' not found", out)
                if not gone:
                    break
                replace = [w for w in replace if w != gone.group(1)]	# a mutant may have lost its only call
                replace = [w for i, w in enumerate(replace) if not (w.startswith("--") and (i + 1 == len(replace) or replace[i + 1].startswith("--")))]
            if code != 0 or re.search(r"deriving empty|not found", out):
                return "broken", [l for l in out.split("\n") if re.search(r"deriving|not found|error|Error", l)][:6] or out.split("\n")[-6:]
            words[3] = "b.gb"
        else:
            given = [word for callee in proof.flags.get("given", "").split(",") if callee for word in ("--replace-calls", callee + ":given_" + callee)]
            for step in (given, ["--apply-loop-contracts"] * ("loops" in proof.flags)):
                code, out = run(["goto-instrument"] + step + ["a.gb", "a.gb"], work) if step else (0, "")
                if code != 0:
                    return "broken", out.split("\n")[-6:]
        if pattern and fails_as_named(words, work, pattern):
            return "as_named", []
        code, out = run(LIMITED + words, work)
        why = [l for l in out.split("\n") if l.endswith(": FAILURE")]
        other = [l for l in why if END not in l]
        if code not in (0, 10) or "VERIFICATION" not in out:
            return "broken", out.split("\n")[-6:] + (["timed out"] if code == 124 else [])
        if other:
            return "refuted", other
        return ("proved", []) if why else ("vacuous", ["the end of the harness is not reached"])


def prove(proof):
    CPU.seconds = 0.0
    verdict, why = cbmc(proof)
    return verdict == "proved", CPU.seconds, [] if verdict == "proved" else [verdict] + why[:10]


def kill(mutant):
    """A mutant dies when its proof fails for the property that its row names."""
    function, path, before, after, property_pattern = mutant
    CPU.seconds = 0.0
    with open(os.path.join(ROOT, path)) as file:
        text = file.read()
    before, after = before.replace("\\t", "\t").replace("\\n", "\n"), after.replace("\\t", "\t").replace("\\n", "\n")
    if text.count(before) != 1:
        return False, 0.0, ["%d places in %s read: %s" % (text.count(before), path, before)]
    with tempfile.TemporaryDirectory() as overlay:
        os.makedirs(os.path.join(overlay, os.path.dirname(path)), exist_ok=True)
        with open(os.path.join(overlay, path), "w") as file:
            file.write(text.replace(before, after))
        verdict, why = cbmc(PROOFS[function], overlay=overlay, pattern=property_pattern)
    dead = verdict == "as_named" or verdict == "refuted" and any(re.search(property_pattern, line) for line in why)
    return dead, CPU.seconds, [] if dead else [verdict] + why[:6]


def slow_first(chosen, mutants):
    """The work, longest first by results.list, so that the last of several jobs end together; a mutant takes about a third."""
    seconds = {row[0]: float(row[2]) for row in rows("results.list", 3)}
    work = [(seconds.get(name, SECONDS), "prove %s" % name, prove, proof) for name, proof in chosen.items()]
    work += [(seconds.get(m[0], SECONDS) / 3, "mutant of %s dies: %s -> %s" % (m[0], m[2], m[3]), kill, m) for m in mutants]
    return sorted(work, key=lambda row: -row[0])


def changed_files():
    out = subprocess.run(["git", "-C", ROOT, "diff", "--name-only", "HEAD~1"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return set(out.stdout.split())


def quick_choice():
    """The fixed set, and of the functions of changed files the quickest, as long as results.list says that they take QUICK_SECONDS."""
    near, seconds, left = changed_files(), {row[0]: float(row[2]) for row in rows("results.list", 3)}, QUICK_SECONDS
    chosen = {name: p for name, p in PROOFS.items() if "quick" in p.flags}
    for name in sorted((n for n, p in PROOFS.items() if p.path in near and n in seconds), key=seconds.get):
        left -= seconds[name]
        if left >= 0:
            chosen[name] = PROOFS[name]
    return chosen


def main():
    wanted = [a for a in sys.argv[2:] if not a.startswith("--")]
    mutants = list(rows("mutants.list", 5))
    chosen = PROOFS
    if "--quick" in sys.argv:
        chosen = quick_choice()
        mutants = [m for m in mutants if "quick" in PROOFS[m[0]].flags]
    if wanted:
        chosen = {name: p for name, p in PROOFS.items() if name in wanted or p.function in wanted or p.path in wanted}
    mutants = [m for m in mutants if m[0] in chosen]
    failed, number, results, spent = False, 0, {}, {"prove": 0.0, "mutant": 0.0}
    print("1..%d" % (len(chosen) + len(mutants)))
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        work = {pool.submit(step, what): name for _, name, step, what in slow_first(chosen, mutants)}
        for future in concurrent.futures.as_completed(work):
            number += 1
            good, seconds, why = future.result()
            failed |= not good
            spent[work[future].split(" ")[0]] += seconds
            print("%s %d - %s (%.1f s)" % ("ok" if good else "not ok", number, work[future], seconds), flush=True)
            for line in why:
                print("#   " + line)
            if good and work[future].startswith("prove "):
                results[work[future][6:]] = seconds
            if "--results" in sys.argv:
                functions.write_results(os.path.join(HERE, "results.list"), results, PROOFS)
    print("# CPU seconds: %.0f of proofs, %.0f of mutants" % (spent["prove"], spent["mutant"]))
    sys.exit(failed)


PROOFS = {row[1] + ":" + row[0]: Proof(*row) for row in rows("proofs.list", 3)}
if __name__ == "__main__":
    TOOLS = os.path.abspath(sys.argv[1])
    main()
