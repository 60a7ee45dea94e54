#!/usr/bin/python3
"""tests/deploy/systemctl.py: not systemd: `systemctl` and `xl` for redeploy_test.py, which starts redeploy with them in PATH.

Reads the units of deploy/systemd as they are: %i, EnvironmentFile, LoadCredential, ExecStart and KillMode=process; all else
of a unit is not acted on.  FAKE is the folder that stands for /, FAKE/run holds a pid for each unit.  As xl, a
domain is the same QEMU with the kernel and the module that its cfg names.
"""
import os
import re
import shlex
import signal
import subprocess
import sys
import time

ROOT = os.environ["FAKE"]


def note(name):
    return os.path.join(ROOT, "run", name)


def alive(name):
    """The process of a unit, or None; a zombie of another parent's counts as ended."""
    try:
        with open(note(name)) as f:
            pid = int(f.read())
        with open("/proc/%d/stat" % pid) as f:
            return pid if f.read().rsplit(")", 1)[1].split()[0] != "Z" else None
    except (OSError, ValueError):
        return None


def launch(name, words, environment):
    if os.environ.get("FAKE_IMAGE"):        # another image than was asked for
        words = [os.environ["FAKE_IMAGE"] if word.endswith("/pinata.elf") else word for word in words]
    with open(note(name) + ".console", "ab") as console:
        process = subprocess.Popen(words, env=dict(os.environ, **environment), stdin=subprocess.DEVNULL, stdout=console, stderr=console,
                                   start_new_session=True)
    with open(note(name), "w") as f:
        f.write("%d\n" % process.pid)
    return 0


def end(name):
    pid = alive(name)
    if pid:
        os.kill(pid, signal.SIGTERM)        # KillMode=process, or a unit of one process
    while pid and alive(name):
        time.sleep(0.02)
    return 0


def variables(path):
    with open(ROOT + path) as f:
        return dict(line.strip().split("=", 1) for line in f if "=" in line and not line.startswith("#"))


def start_unit(name):
    with open("%s/units/%s@.service" % (ROOT, name.split("@")[0])) as f:
        unit = f.read().replace("%i", name.split("@")[1])
    given = {"CREDENTIALS_DIRECTORY": ROOT + "/etc/pinata"}
    for path in re.findall(r"^EnvironmentFile=(.*)$", unit, re.M):
        given.update(variables(path))
    command = re.sub(r"\$\{(\w+)\}", lambda found: given[found.group(1)], re.search(r"^ExecStart=(.*)$", unit, re.M).group(1))
    command = re.sub(r"(?<= )/var|^/opt", lambda found: ROOT + found.group(0), command)
    assert "KillMode=process" in unit or "/qemu " in command, unit
    return launch(name, shlex.split(command), given)


def start_domain(path):
    with open(path) as f:
        cfg = dict(re.findall(r'^(\w+) = "(.*)"$', f.read(), re.M))
    slot = variables("/etc/pinata/slot-" + cfg["name"][-1])
    ports = ",".join("%s:%s" % (slot["P" + port], port) for port in ("80", "443", "10000", "10002"))
    return launch(cfg["name"], [ROOT + "/opt/pinata/qemu", cfg["kernel"], cfg["ramdisk"], ports], {})


def main(program, verb, words):
    name = words[-1]
    if program == "xl":
        return {"create": start_domain, "shutdown": end, "destroy": end, "domid": lambda _: 0 if alive(name) else 1}[verb](name)
    if verb == "start":
        return 0 if alive(name) else start_unit(name)
    if verb in ("enable", "disable"):
        with open(ROOT + "/run/enabled", "a") as f:
            f.write("%s %s\n" % (verb, name))
        return 0
    return {"stop": end, "is-active": lambda _: 0 if alive(name) else 3}[verb](name)


sys.exit(main(os.path.basename(sys.argv[0]), sys.argv[1], sys.argv[2:]))
