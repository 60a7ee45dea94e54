#!/usr/bin/python3
"""proof_test.py: other people's judgement of what the appliance signs and says.

tests/vectors/proofs.json holds it for the key 3 (vectors_test.c makes sure that the wallet says
exactly this).  The node's verifymessage and npm's bip322-js judge the proofs; the node takes the
winner's texts as they are: descriptors, addresses, and the importdescriptors line.
"""
import json
import os
import re
import shutil
import subprocess

from node import ROOT, Node, Refused, Stories, have_bitcoind

NODE = None
with open(os.path.join(ROOT, "tests/vectors/proofs.json")) as FILE:
    PROOFS = json.load(FILE)
HERE = [row for row in PROOFS if row["chain"] == "regtest"]


def the_node(folder, nodes):
    global NODE
    if NODE is None:
        NODE = Node(folder, "node")
        nodes.append(NODE)
        NODE.open_bank()
    return NODE


def verifier():
    """None, or why bip322-js can not be had; it lands in build/verifier."""
    source, target = os.path.join(ROOT, "tests/reward/verifier"), os.path.join(ROOT, "build/verifier")
    if not shutil.which("npm") or not shutil.which("node"):
        return "node and npm are not installed"
    with open(os.path.join(source, "package-lock.json")) as lock:
        wanted = lock.read()
    stamp = os.path.join(target, "stamp")
    if os.path.exists(stamp) and open(stamp).read() == wanted:
        return None
    os.makedirs(target, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(os.path.join(source, name), target)
    try:
        done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=target, timeout=90,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except subprocess.TimeoutExpired:
        return "npm ci took over 90 s"
    if done.returncode != 0:
        return "npm ci fails: " + done.stdout.decode().strip().splitlines()[-1]
    with open(stamp, "w") as file:
        file.write(wanted)
    return None


def story_the_node_verifies_the_proofs(folder, nodes):
    node = the_node(folder, nodes)
    assert len(HERE) == 2

    def accepts(address, proof, text):
        try:
            return node("verifymessage", address, proof, text)
        except Refused:
            return False

    for row in HERE:
        proof = row["proof"]
        assert proof.startswith("smp")
        assert accepts(row["address"], proof[3:], row["text"]) is True
        assert not accepts(row["address"], proof[3:], row["text"] + " ")
        assert not accepts(row["address"], proof[3:40] + ("A" if proof[40] != "A" else "B") + proof[41:], row["text"])
        other = HERE[0] if row is HERE[1] else HERE[1]
        assert not accepts(other["address"], proof[3:], row["text"])


def story_bip322_js_verifies_the_proofs(folder, nodes):
    why = verifier()
    if why:
        return "no bip322-js: " + why
    environment = dict(os.environ, NODE_PATH=os.path.join(ROOT, "build/verifier/node_modules"))
    done = subprocess.run(["node", os.path.join(ROOT, "tests/reward/verifier/verify.js"),
                           os.path.join(ROOT, "tests/vectors/proofs.json")], env=environment, stdout=subprocess.PIPE,
                          check=True, timeout=60)
    assert json.loads(done.stdout) == [[True, False, False]] * len(PROOFS), done.stdout
    return None


def story_the_node_takes_the_winners_text(folder, nodes):
    node = the_node(folder, nodes)
    for number, row in enumerate(HERE):
        prize = row["prize"]
        address = re.search(r"^address: (\S+)$", prize, re.M).group(1)
        script = re.search(r"^scriptPubKey: (\S+)$", prize, re.M).group(1)
        descriptor = re.search(r"^descriptor: (\S+)$", prize, re.M).group(1)
        assert address == row["address"] and node("validateaddress", address)["scriptPubKey"] == script
        info = node("getdescriptorinfo", descriptor)
        assert info["hasprivatekeys"] and info["checksum"] == descriptor.split("#")[1], info
        assert node("deriveaddresses", info["descriptor"]) == [address]
        # The line for Bitcoin Core imports the key, and the coins move.
        command = re.search(r"importdescriptors '(.*)'$", prize, re.M).group(1)
        wallet = "winner%d" % number
        node("createwallet", wallet, False, True)
        node.pay(address, 0.5)
        node.mine()
        done = node("importdescriptors", json.loads(command), wallet=wallet)
        assert done[0]["success"], done
        sent = node("sendall", [node.bank], wallet=wallet)
        assert sent["complete"] and sent["txid"] in node("getrawmempool"), sent


def story_the_node_knows_every_descriptor_and_address(folder, nodes):
    node = the_node(folder, nodes)
    for row in PROOFS:
        descriptor = re.search(r"^descriptor: (\S+)$", row["prize"], re.M).group(1)
        if row["chain"] == "main":      # a regtest node takes no WIF of main: the checksum is still its to compute
            continue
        assert node("getdescriptorinfo", descriptor)["checksum"] == descriptor[-8:]


if __name__ == "__main__":
    Stories(globals(), skip=have_bitcoind())
