#!/usr/bin/python3
"""tests/lint/limits.py: each number of appliance/limits.h has a row in tests/appliance/limits.txt, and the row's test exists and is run.  TAP."""
import re

with open("appliance/limits.h") as text:
    numbers = re.findall(r"^#define (\w+)[ \t]+\S", text.read(), re.M)
with open("tests/appliance/limits.txt") as text:
    rows = [line.split(None, 2) for line in text.read().splitlines() if line and not line.startswith("#")]
with open("tests/suites.txt") as text:
    run = re.findall(r"(?:unit |tests/)(\w+/\w+)", text.read())
wrong = ["%s: no row" % name for name in numbers if name not in [row[0] for row in rows]]
wrong += ["%s: no such number, or twice" % row[0] for row in rows if row[0] not in numbers or [other[0] for other in rows].count(row[0]) > 1]
for name, test, case in rows:
    if test == "-":
        continue
    with open("tests/%s.%s" % (test, "py" if test.startswith("e2e/") else "c")) as text:
        source = text.read()
    defined = re.search(r"^(def )?%s\(" % case, source, re.M)
    if test not in run or not defined or len(re.findall(r"\b%s\b" % case, source)) < 2:
        wrong.append("%s: %s has no case %s, or nobody runs it" % (name, test, case))
print("%sok 1 - every limit of the appliance has its test: %d of them" % ("not " if wrong or len(rows) < 40 else "", len(rows)))
print("".join("# %s\n" % each for each in wrong) + "1..1")
