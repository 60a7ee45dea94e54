#!/usr/bin/python3
"""tests/deploy/metrics_test.py: deploy/prometheus.rules.yml names only what a running machine tells; promtool, where it is
installed, understands the rules, the metrics, and raises the alerts at made-up series.  TAP."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

sys.path.insert(0, "tests/e2e")
import machines  # noqa: E402

RULES = "deploy/prometheus.rules.yml"
ALERTS = """
rule_files: [%s]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - { series: 'pinata_connections_total{job="pinata",instance="a",port="10000",outcome="prize"}', values: '0x5 1x20' }
      - { series: 'up{job="pinata",instance="a"}', values: '1x5 0x20' }
      - { series: 'pinata_uptime_seconds{job="pinata",instance="a"}', values: '60 120 0 60 0 60 0 60 120 180' }
    alert_rule_test:
      - { eval_time: 4m, alertname: PinataBreached, exp_alerts: [] }
      - { eval_time: 4m, alertname: PinataSilent, exp_alerts: [] }
      - { eval_time: 4m, alertname: PinataRestartLoop, exp_alerts: [] }
      - eval_time: 10m
        alertname: PinataBreached
        exp_alerts:
          - exp_labels: { severity: page, instance: a }
            exp_annotations: { summary: "a has given the prize away", description: "Keep the console, the packets and the image; deploy/README.md, incident." }
      - eval_time: 10m
        alertname: PinataSilent
        exp_alerts:
          - exp_labels: { severity: page, instance: a, job: pinata }
            exp_annotations: { summary: "a does not answer" }
      - eval_time: 9m
        alertname: PinataRestartLoop
        exp_alerts:
          - exp_labels: { severity: page, instance: a, job: pinata }
            exp_annotations: { summary: "a was restarted three times in 15 minutes", description: "Each restart leaves a crash report on the console: deploy/decode-crash." }
"""
tests = 0


def check(good, name, why=""):
    global tests
    tests += 1
    print("%sok %d - %s" % ("" if good else "not ", tests, name), flush=True)
    if not good:
        print("# " + str(why).replace("\n", "\n# "), flush=True)


def scrape(folder):
    """/metrics of the hosted build."""
    subprocess.run(["deploy/practice", folder + "/practice"], check=True)
    port = machines.free_ports(1)[0]
    process = subprocess.Popen(["build/hosted/pinata", "--module", folder + "/practice/module", "--forward", "127.0.0.1:%d:80" % port],
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    text, end = "", time.monotonic() + 30
    while time.monotonic() < end and not text:
        try:
            text = urllib.request.urlopen("http://127.0.0.1:%d/metrics" % port, timeout=2).read().decode()
        except OSError:
            time.sleep(0.1)
    process.terminate()
    process.wait(20)
    return text


def unknown(rules, metrics):
    """Each metric, and each label's value, that the rules name and the machine does not tell."""
    bad = [name for name in set(re.findall(r"\bpinata_\w+", rules)) if not re.search(r"^%s[ {]" % name, metrics, re.M)]
    for name, label, value in re.findall(r'(pinata_\w+)\{(\w+)="(\w+)"\}', rules):
        if not re.search(r'^%s\{.*\b%s="%s"' % (name, label, value), metrics, re.M):
            bad.append('%s{%s="%s"}' % (name, label, value))
    return bad


def promtool(*words, given=None):
    if not shutil.which("promtool"):
        return None, "# SKIP no promtool on this machine"
    done = subprocess.run(["promtool", *words], input=given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


def tool_says(name, code, said):
    check(code in (0, None), name + (" # SKIP no promtool on this machine" if code is None else ""), said)


with tempfile.TemporaryDirectory(prefix="pinata-metrics-") as work:
    with open(RULES) as f:
        written = f.read()
    told = scrape(work)
    check(unknown(written, told) == [], "every metric and label of the rules exists", (unknown(written, told), told))
    check(unknown(written.replace('"prize"', '"price"'), told) == ['pinata_connections_total{outcome="price"}'], "a wrong label would be seen")
    check(unknown(written.replace("pinata_pool_size", "pinata_pool_room"), told) == ["pinata_pool_room"], "a wrong name would be seen")
    tool_says("promtool understands the metrics", *promtool("check", "metrics", given=told))
    tool_says("promtool understands the rules", *promtool("check", "rules", RULES))
    with open(work + "/alerts.yml", "w") as f:
        f.write(ALERTS % os.path.abspath(RULES))
    tool_says("breach, silence and a restart loop raise their alerts, and only then", *promtool("test", "rules", work + "/alerts.yml"))
print("1..%d" % tests)
