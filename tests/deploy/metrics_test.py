#!/usr/bin/python3
"""tests/deploy/metrics_test.py: deploy/prometheus.rules.yml names only what a running machine tells; promtool, where it is
installed, understands the rules, the metrics, and raises the alerts at made-up series; a Prometheus scrapes a machine.  TAP."""
import json
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
SERIES = """
  - { series: 'pinata_connections_total{%(a)s,port="10000",outcome="prize"}', values: '0x5 1x20' }
  - { series: 'pinata_connections_total{%(a)s,port="10002",outcome="prize"}', values: '0x30' }
  - { series: 'pinata_connections_total{instance="relay",port="10000",outcome="prize"}', values: '0x5 1x20' }
  - { series: 'pinata_connections_total{instance="relay",port="10002",outcome="prize"}', values: '0x5 1x20' }
  - { series: 'pinata_connections_total{instance="cut",port="10000",outcome="prize"}', values: '0x30' }
  - { series: 'pinata_connections_total{instance="cut",port="10001",outcome="prize"}', values: '0x5 1x20' }
  - { series: 'up{%(a)s}', values: '1x5 0x20' }
  - { series: 'pinata_uptime_seconds{%(a)s}', values: '60 120 0 60 0 60 0 60 120 180' }
  - { series: 'pinata_syn_cookies_total{%(a)s,what="sent"}', values: '0x5 6000+6000x20' }
  - { series: 'pinata_pool_used{%(a)s,pool="pages"}', values: '0x5 6x20' }
  - { series: 'pinata_pool_size{%(a)s,pool="pages"}', values: '6x30' }
  - { series: 'pinata_drops_total{%(a)s,cause="no_memory"}', values: '0x5 6000+6000x20' }
  - { series: 'pinata_clock_seconds{%(a)s}', values: '0+60x4 0+60x20' }
  - { series: 'pinata_certificate_not_after_seconds{%(a)s}', values: '2592000x5 1209600x20' }
  - { series: 'pinata_proof_failures_total{%(a)s}', values: '0x5 600+600x20' }
  - { series: 'pinata_build_info{%(a)s,version="1",build="00"}', values: '1x2000' }
  - { series: 'pinata_build_info{job="pinata",instance="b",version="2",build="11"}', values: '_x5 1x2000' }
"""
# Alert, a minute at which it is silent, one at which it is raised, its labels beside the severity, its words.
RAISED = (
    ("PinataBreached", 4, 10, "page", "instance: a", "a has given the prize away", "Keep the console, the packets and the image; deploy/README.md, incident."),
    ("PinataPrizeUnmatched", 9, 20, "notice", "instance: cut", "cut gave the prize as a client and not as a server: a relay that was cut, or a breach",
     "Look at the chain: pinata-tool watch."),
    ("PinataSilent", 6, 10, "page", "instance: a, job: pinata", "a does not answer", None),
    ("PinataRestartLoop", 4, 9, "page", "instance: a, job: pinata", "a was restarted three times in 15 minutes",
     "Each restart leaves a crash report on the console: deploy/decode-crash."),
    ("PinataFlood", 9, 20, "notice", "instance: a, job: pinata, what: sent", "a is being flooded", None),
    ("PinataPoolFull", 14, 20, "notice", "instance: a, job: pinata, pool: pages", "a: pool pages is nearly full", None),
    ("PinataNoMemory", 9, 20, "notice", "instance: a, job: pinata, cause: no_memory", "a drops frames for want of memory", None),
    ("PinataClockOff", 6, 20, "notice", "instance: a, job: pinata", "a: its clock is off by 5m 0s",
     "Set the host's clock, then restart the machine: deploy/README.md, rotate."),
    ("PinataCertificateEnds", 4, 20, "page", "instance: a, job: pinata", "a: its certificates end in 13d 23h 40m 0s", "Restart it: certificates are born at boot."),
    ("PinataProofFailing", 9, 20, "notice", "instance: a, job: pinata", "a turns away visitors who ask for a proof", None),
    ("PinataMixedBuilds", 600, 1500, "notice", "", "More than one build has been running for a day: was deploy/redeploy finished?", None),
)
tests = 0


def check(good, name, why=""):
    global tests
    tests += 1
    print("%sok %d - %s" % ("" if good else "not ", tests, name), flush=True)
    if not good:
        print("# " + str(why).replace("\n", "\n# "), flush=True)


def start(folder):
    """The hosted build, and the port of its pages."""
    port = machines.free_ports(1)[0]
    return subprocess.Popen(["build/hosted/pinata", "--module", folder + "/practice/module", "--forward", "127.0.0.1:%d:80" % port],
                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL), port


def stop(process):
    if process.poll() is None:
        process.terminate()
        process.wait(60)


def scrape(folder):
    """/metrics of the hosted build."""
    machine, port = start(folder)
    text, end = "", time.monotonic() + 60
    while time.monotonic() < end and not text:
        try:
            text = urllib.request.urlopen("http://127.0.0.1:%d/metrics" % port, timeout=5).read().decode()
        except OSError:
            time.sleep(0.1)
    stop(machine)
    return text


def unknown(rules, metrics):
    """Each metric, and each label's value, that the rules name and the machine does not tell."""
    bad = [name for name in set(re.findall(r"\bpinata_\w+", rules)) if not re.search(r"^%s[ {]" % name, metrics, re.M)]
    for name, label, value in sorted({(name, *pair) for name, labels in re.findall(r"(pinata_\w+)\{([^}]*)\}", rules)
                                      for pair in re.findall(r'(\w+)="(\w+)"', labels)}):
        if not re.search(r'^%s\{.*\b%s="%s"' % (name, label, value), metrics, re.M):
            bad.append('%s{%s="%s"}' % (name, label, value))
    return bad


def promtool(*words, given=None):
    if not shutil.which("promtool"):
        return None, "# SKIP"
    done = subprocess.run(["promtool", *words], input=given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


def unit_tests():
    """RAISED as a file of promtool's."""
    lines = ["rule_files: [%s]" % os.path.abspath(RULES), "evaluation_interval: 1m", "tests:", "- interval: 1m", "  input_series:"]
    lines += (SERIES % {"a": 'job="pinata",instance="a"'}).strip("\n").split("\n") + ["  alert_rule_test:"]
    for name, silent, raised, severity, labels, summary, description in RAISED:
        lines += ["  - { eval_time: %dm, alertname: %s, exp_alerts: [] }" % (silent, name),
                  "  - eval_time: %dm" % raised, "    alertname: " + name, "    exp_alerts:",
                  "    - exp_labels: { severity: %s%s }" % (severity, labels and ", " + labels),
                  "      exp_annotations: " + json.dumps({"summary": summary, **({"description": description} if description else {})})]
    return "\n".join(lines) + "\n"


def ask(port, path):
    with urllib.request.urlopen("http://127.0.0.1:%d%s" % (port, path), timeout=5) as answer:
        return json.load(answer)["data"]


def until(look, seconds=60):
    """What `look` returns as soon as it is true; else the last that it returned or raised."""
    end, last = time.monotonic() + seconds, None
    while time.monotonic() < end:
        try:
            last = look()
            if last:
                return last
        except (OSError, KeyError, IndexError, ValueError) as trouble:
            last = trouble
        time.sleep(0.1)
    return None if isinstance(last, Exception) else last


def test_prometheus(folder):
    """A Prometheus of this machine scrapes the hosted build, evaluates the rules, and sees it go."""
    names = ("a Prometheus scrapes the machine", "it evaluates every rule", "a sound machine raises no alert", "the machine's end is seen")
    if not shutil.which("prometheus"):
        for name in names:
            check(True, name + " # SKIP no prometheus on this machine: apt-get install prometheus")
        return
    machine, port = start(folder)
    web = machines.free_ports(1)[0]
    with open(folder + "/prometheus.yml", "w") as f:
        f.write("global: { scrape_interval: 1s, evaluation_interval: 1s }\nrule_files: [%s]\nscrape_configs:\n"
                "- { job_name: pinata, static_configs: [{ targets: ['127.0.0.1:%d'] }] }\n" % (os.path.abspath(RULES), port))
    with open(folder + "/said", "w") as said:
        server = subprocess.Popen(["prometheus", "--config.file=%s/prometheus.yml" % folder, "--storage.tsdb.path=%s/data" % folder,
                                   "--web.listen-address=127.0.0.1:%d" % web], stdin=subprocess.DEVNULL, stdout=said, stderr=said)
    try:
        found = until(lambda: ask(web, "/api/v1/query?query=pinata_build_info")["result"])
        with open(folder + "/said") as said:
            check(found and found[0]["metric"]["job"] == "pinata", names[0], (found, said.read()))
        rules = until(lambda: [rule for group in ask(web, "/api/v1/rules")["groups"] for rule in group["rules"]
                               if rule["health"] == "ok"][len(RAISED) - 1:] and ask(web, "/api/v1/rules"))
        check(rules and {rule["name"] for group in rules["groups"] for rule in group["rules"]} == {row[0] for row in RAISED}, names[1], rules)
        alerts = ask(web, "/api/v1/alerts")["alerts"]
        check(alerts == [], names[2], alerts)
        stop(machine)
        alerts = until(lambda: [alert["labels"]["alertname"] for alert in ask(web, "/api/v1/alerts")["alerts"]])
        check(alerts == ["PinataSilent"], names[3], alerts)
    finally:
        for process in (server, machine):
            stop(process)


def tool_says(name, code, said):
    check(code in (0, None), name + (" # SKIP no promtool on this machine: apt-get install prometheus" if code is None else ""), said)


with tempfile.TemporaryDirectory(prefix="pinata-metrics-") as work:
    with open(RULES) as f:
        written = f.read()
    subprocess.run(["deploy/practice", work + "/practice"], check=True)
    told = scrape(work)
    check(unknown(written, told) == [], "every metric and label of the rules exists", (unknown(written, told), told))
    check(unknown(written.replace('"prize"', '"price"'), told) == ['pinata_connections_total{outcome="price"}'], "a wrong label would be seen")
    check(unknown(written.replace("pinata_pool_size", "pinata_pool_room"), told) == ["pinata_pool_room"], "a wrong name would be seen")
    tool_says("promtool understands the metrics", *promtool("check", "metrics", given=told))
    tool_says("promtool understands the rules", *promtool("check", "rules", RULES))
    check([row[0] for row in RAISED] == re.findall(r"- alert: (\w+)", written), "every alert has its test")
    with open(work + "/alerts.yml", "w") as f:
        f.write(unit_tests())
    tool_says("each alert is raised by what it is about, and only then", *promtool("test", "rules", work + "/alerts.yml"))
    test_prometheus(work)
print("1..%d" % tests)
