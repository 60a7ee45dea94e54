#!/usr/bin/python3
"""fuzz/unreached.py COVERAGE: the functions of tlsstack with lines that no corpus reaches, against fuzz/unreached.txt.

COVERAGE is what `llvm-cov show` prints.  Each such function must be a row `file function: reason`; a row whose function
is reached as a whole by now is told, too.  Exit 1 when the list and the coverage differ."""
import re
import sys

found = {}
file = function = None
for line in open(sys.argv[1], errors="replace"):
    path = re.match(r"^\S*?(tlsstack/\S+):$", line)
    if path:
        file, function = path.group(1), "(file)"
        continue
    row = re.match(r"^\s*\d+\|\s*([\d.kMG]*)\|(.*)$", line)
    if not row:
        continue
    named = re.match(r"^([a-z][a-z0-9_]*)\(", row.group(2)) or re.match(r"^(?:static |inline )*[a-z_]+ \*?([a-z0-9_]+)\(.*\{", row.group(2))
    if named:
        function = named.group(1)
    if row.group(1) == "0" and not row.group(2).startswith("#define"):
        found.setdefault((file, function), []).append(row.group(2).strip())
listed = {}
for line in open("fuzz/unreached.txt"):
    row = re.match(r"^(tlsstack/\S+) (\S+): (.+)$", line)
    if row:
        listed[row.group(1), row.group(2)] = row.group(3)
missing = sorted(set(found) - set(listed))
for key in missing:
    print("without a reason: %s %s: %d lines: %s" % (*key, len(found[key]), " / ".join(found[key])[:100]))
for key in sorted(set(listed) - set(found)):
    print("reached by now: %s %s" % key)
print("%d functions of tlsstack have lines that no corpus reaches, %d with a reason" % (len(found), len(found) - len(missing)))
sys.exit(bool(missing or set(listed) - set(found)))
