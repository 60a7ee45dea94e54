#!/usr/bin/python3
"""manual_test.py: each command's --help, its man page and its behaviour say the same."""
import glob
import os
import re
import subprocess

from node import ROOT, Stories, tool

COMMANDS = ("provision", "verify", "watch", "claim", "withdraw")


def manual(name):
    with open(os.path.join(ROOT, "deploy/tool", name + ".1")) as file:
        return file.read()


def story_options_are_the_same_in_help_and_manual(folder, nodes):
    assert set(re.findall(r"^  (\w+) ", tool("--help", check=0).out, re.M)) == set(COMMANDS)
    assert set(re.findall(r"^\.It Cm (\w+)$", manual("pinata-tool"), re.M)) == set(COMMANDS)
    for command in COMMANDS:
        told = re.findall(r"^  --([a-z-]+)", tool(command, "--help", check=0).out, re.M)
        written = re.findall(r"^\.It Fl -([a-z-]+)", manual("pinata-tool-" + command), re.M)
        assert sorted(told) == sorted(written) and len(set(told)) == len(told), (command, set(told) ^ set(written))


def story_manuals_are_well_formed(folder, nodes):
    pages = glob.glob(os.path.join(ROOT, "deploy/tool/*.1"))
    assert len(pages) == len(COMMANDS) + 1
    for page in pages + glob.glob(os.path.join(ROOT, "deploy/*.1")):
        done = subprocess.run(["mandoc", "-Tlint", "-Wwarning", page], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert done.returncode == 0 and not done.stdout, done.stdout.decode()


def story_the_settings_of_redeploy_are_told(folder, nodes):
    with open(os.path.join(ROOT, "deploy/etc/redeploy")) as file, open(os.path.join(ROOT, "deploy/pinata-redeploy.1")) as page:
        settings, told = re.findall(r"^([A-Z_]+)=", file.read(), re.M), re.findall(r"^\.It Ev ([A-Z_]+)", page.read(), re.M)
    assert sorted(settings) == sorted(each for each in told if each != "PINATA_ETC"), (settings, told)


def story_exit_codes_are_the_same_in_help_and_manual(folder, nodes):
    told = dict((name, int(code)) for code, name in re.findall(r"(\d+) ([A-Z_]{4,})", tool("watch", "--help", check=0).out))
    written = dict((name, int(code)) for code, name in re.findall(r"^\.It (\d+)\n([A-Z_]{4,})", manual("pinata-tool-watch"),
                                                                  re.M))
    from node import STATES
    assert told == written == STATES, (told, written)


def story_no_option_takes_a_secret(folder, nodes):
    for command in COMMANDS:
        for option in re.findall(r"^  --([a-z-]+) [A-Z]", tool(command, "--help", check=0).out, re.M):
            assert option not in ("key", "private-key", "wif", "password", "seed", "salt"), (command, option)


if __name__ == "__main__":
    Stories(globals())
