#!/usr/bin/python3
"""tests/vectors/wycheproof.py [FOLDER]: ask build/conformance/wycheproof every question of FOLDER.

FOLDER holds Wycheproof's JSON files (testvectors_v1); default $PINATA_WYCHEPROOF or
../shared/vectors/wycheproof.  Prints TAP, a line per file with the number of vectors that ran.
A vector that is "acceptable" may be answered either way.  When there are none, it says so.
"""
import glob
import json
import os
import subprocess
import sys

PROGRAM = "build/conformance/wycheproof"
# What the program may answer "na" to, whole files; anywhere else "na" has to be explained below.
NOT_SPOKEN = ("ecdsa_secp256k1_", "mlkem_")


def questions(data):
    for group in data["testGroups"]:
        rest = {key: value for key, value in group.items() if key != "tests"}
        for test in group["tests"]:
            yield group, test, json.dumps({"alg": data["algorithm"], "schema": data.get("schema", ""), "group": rest, "test": test})


def may_skip(name, group, test):
    if name.startswith(NOT_SPOKEN):
        return True
    return name.startswith("aes_gcm") and (group["ivSize"] != 96 or group["keySize"] == 192) or \
        name.startswith("chacha20") and group["ivSize"] != 96


def run(path, number):
    name = os.path.basename(path)
    with open(path) as file:
        asked = list(questions(json.load(file)))
    done = subprocess.run([PROGRAM], input="\n".join(line for _, _, line in asked) + "\n", text=True, stdout=subprocess.PIPE)
    answers = done.stdout.split()
    wrong, skipped = [], 0
    if len(answers) != len(asked) or done.returncode != 0:
        wrong.append("%d answers to %d questions, exit %d" % (len(answers), len(asked), done.returncode))
    for (group, test, _), answer in zip(asked, answers):
        if answer == "na" and may_skip(name, group, test):
            skipped += 1
        elif answer == "na" or test["result"] not in ("acceptable", answer):
            wrong.append("tcId %d (%s): %s, should be %s" % (test["tcId"], test.get("comment", ""), answer, test["result"]))
    ran = len(asked) - skipped
    if ran == 0:
        print("ok %d - %s # SKIP not spoken here, 0 of %d vectors ran" % (number, name, len(asked)))
    else:
        print("%s %d - %s: %d vectors ran, %d not spoken, %d wrong" % ("not ok" if wrong else "ok", number, name, ran, skipped, len(wrong)))
    for line in wrong[:20]:
        print("# " + line)
    return ran, len(wrong)


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("PINATA_WYCHEPROOF", "../shared/vectors/wycheproof")
    paths = sorted(glob.glob(os.path.join(folder, "*.json")))
    if not paths:
        print("1..1\nok 1 - wycheproof # SKIP no vectors in %s: 0 ran" % folder)
        return
    print("1..%d" % len(paths))
    results = [run(path, number) for number, path in enumerate(paths, 1)]
    print("# %d vectors ran, %d wrong" % (sum(r for r, _ in results), sum(w for _, w in results)))
    sys.exit(any(w for _, w in results))


main()
