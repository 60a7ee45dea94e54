#!/usr/bin/python3
"""tests/reward/story_test.py hosted|image: the whole story with a real Pinata and a real bitcoind.

Provision, fund, prove, break, claim: pinata-tool makes the boot module, the machine boots from
it, a visitor verifies it, the winner takes the prize over TLS (this is practice: there is a
certificate that wins), claims it, and the watch tells the public.
"""
import json
import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

from node import ROOT, STATES, Node, Stories, have_bitcoind, tool

sys.path.insert(0, os.path.join(ROOT, "tests/e2e"))
import machines  # noqa: E402

KIND = sys.argv[1] if len(sys.argv) > 1 else "hosted"
IMAGE = os.path.join(ROOT, "build/virtio/pinata.elf")
X_ONLY = "c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5"     # of the key 2: the owner's


class Pinata:
    """A provisioned practice prize in a running machine."""

    def __init__(self, folder, node, name, *options):
        self.node, self.dir = node, os.path.join(folder, name)
        self.practice = os.path.join(folder, name + "-practice")
        subprocess.run(["deploy/practice", self.practice], check=True)
        for role in ("peer", "server"):
            subprocess.run(["openssl", "x509", "-in", "%s/%s-authority.crt" % (self.practice, role), "-outform", "DER",
                            "-out", "%s/%s.der" % (self.practice, role)], check=True)
        image = ("--image", IMAGE) if KIND == "image" else ()
        self.address = tool(
            "provision", "--chain", "regtest", "--practice", "--dir", self.dir, "--address", "10.0.2.15", "--netmask",
            "255.255.255.0", "--gateway", "10.0.2.2", "--peer-authority", self.practice + "/peer.der", "--server-authority",
            self.practice + "/server.der", "--contact", "mailto:finder@example.org", *self.rpc(), *image, *options,
            check=0).out.strip()
        self.manifest = os.path.join(self.dir, "manifest.json")
        with open(os.path.join(self.dir, "boot-module")) as module:
            self.machine = machines.KINDS[KIND](folder, module.read(), name)
        assert self.machine.wait_up(), self.machine.console()

    def rpc(self):
        return "--rpc", self.node.url, "--cookie", self.node.cookie

    def state(self, want):
        done = tool("watch", "--once", "--json", "--manifest", self.manifest, *self.rpc(), "--out",
                    os.path.join(self.dir, "out"))
        status = json.loads(done.out)
        assert status["state"] == want and done.returncode == STATES[want], (want, status)
        return status

    def visit(self, *options, check=0):
        done = tool("verify", "127.0.0.1", "--http-port", self.machine.ports[80], "--https-port", self.machine.ports[443],
                    "--json", *options)
        told = json.loads(done.out)
        assert done.returncode == check, done.out + done.err
        return {one["check"]: one["result"] for one in told["checks"]}

    def prize(self, certificate=True):
        """What port 10000 gives, to a client with the practice certificate or without."""
        own = ("-cert", self.practice + "/client.crt", "-key", self.practice + "/client.key") if certificate else ()
        done = subprocess.run(["openssl", "s_client", "-quiet", "-connect", "127.0.0.1:%d" % self.machine.ports[10000], *own],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60)
        return done.stdout

    def proof(self, query, timeout=20):
        """Status and body of /proof over HTTP."""
        try:
            url = "http://127.0.0.1:%d/proof%s" % (self.machine.ports[80], query)
            with urllib.request.urlopen(url, timeout=timeout) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()


def accepts(node, text, proof, address):
    return proof.startswith("smp") and node("verifymessage", address, proof[3:], text)


def story_fund_prove_break_claim(folder, nodes):
    node = Node(folder, "node")
    nodes.append(node)
    node.open_bank()
    pinata = Pinata(folder, node, "pinata")
    nodes.append(pinata.machine)
    pinata.state("UNFUNDED")
    node.pay(pinata.address, 1)
    node.mine()
    pinata.state("FUNDING")
    node.mine(5)
    pinata.state("LIVE")

    results = pinata.visit("--manifest", pinata.manifest, *pinata.rpc())
    assert all(result == "pass" for check, result in results.items() if check not in ("limits", "image")), results
    assert results["image"] == ("pass" if KIND == "image" else "not checked"), results
    if KIND == "image":
        assert pinata.visit("--image", IMAGE)["image"] == "pass"

    status = json.load(urllib.request.urlopen("http://127.0.0.1:%d/status.json" % pinata.machine.ports[80]))
    statement = status["statement"]
    assert statement["text"].endswith(" nonce=" + "0" * 64)
    assert accepts(node, statement["text"], statement["signature"], pinata.address)
    with urllib.request.urlopen("http://127.0.0.1:%d/" % pinata.machine.ports[80]) as front:
        page = front.read().decode()
    assert statement["text"] in page and statement["signature"] in page and "It does not show" in page

    assert pinata.prize(certificate=False) == b""
    text = pinata.prize()
    assert pinata.address.encode() in text, text
    pinata.state("LIVE")
    to = node("getnewaddress", "", "bech32", wallet="bank")
    claimed = tool("claim", "--to", to, "--broadcast", *pinata.rpc(), stdin=text, check=0).out.strip()
    assert pinata.state("SPEND_SEEN")["cause"]["txid"] == claimed
    node.mine()
    pinata.state("BREACHED_PENDING")
    node.mine(5)
    pinata.state("BREACHED")
    bundle = os.path.join(pinata.dir, "out", "evidence", claimed + ".json")
    tool("verify", "--bundle", bundle, "--manifest", pinata.manifest, check=0)


def story_taproot_with_the_owners_leaf(folder, nodes):
    node = nodes[0]
    lock = node("getblockcount") + 100
    pinata = Pinata(folder, node, "taproot", "--owner-key", X_ONLY, "--lock-height", lock)
    nodes.append(pinata.machine)
    node.pay(pinata.address, 1)
    node.mine(6)
    pinata.state("LIVE")
    results = pinata.visit("--manifest", pinata.manifest)
    assert results["proof"] == results["binding"] == results["address"] == "pass", results
    text = pinata.prize()
    assert pinata.address.encode() in text and b"rawtr(" in text, text
    tool("claim", "--manifest", pinata.manifest, "--to", node.bank, "--broadcast", *pinata.rpc(), stdin=text, check=0)
    node.mine(6)
    pinata.state("BREACHED")


def story_storm_on_the_proofs(folder, nodes):
    """Twenty visitors at once for three seconds: every answer is right, they are few, and nothing else is signed."""
    node, machine = nodes[0], nodes[1]
    pinata = Pinata.__new__(Pinata)
    pinata.machine = machine
    for query in ("", "?", "?nonce=", "?nonce=" + "0" * 63, "?nonce=" + "A" * 64, "?nonce=" + "0" * 64 + "&text=x", "?text=x"):
        status, body = pinata.proof(query)
        assert status == 400 and b"smp" not in body, (query, status, body)
    answers, ends = [], time.monotonic() + 3
    began = time.monotonic()

    def visitor(number):
        turn = 0
        while time.monotonic() < ends:
            nonce = "%032x%032x" % (number, turn)
            turn += 1
            try:
                answers.append((nonce, *pinata.proof("?nonce=" + nonce)))
            except OSError as error:
                answers.append((nonce, 0, str(error).encode()))
    threads = [threading.Thread(target=visitor, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.monotonic() - began
    good = [(nonce, json.loads(body)) for nonce, status, body in answers if status == 200]
    refused = [status for _, status, _ in answers if status != 200]
    assert 10 <= len(good) <= 10 + 10 * took + 1, (len(good), took)
    assert refused and set(refused) <= {429, 0} and refused.count(429) > 0, set(refused)
    for nonce, proof in good:
        assert proof["text"].endswith(" nonce=" + nonce) and proof["text"].startswith("pinata-proof-v2 "), proof
        assert accepts(node, proof["text"], proof["signature"], proof["address"]), proof
    print("# %d proofs, %d refused in %.1f s" % (len(good), len(refused), took))
    # The page answers, and soon there are proofs again.
    assert machine.wait_up(10)
    time.sleep(1)
    assert pinata.proof("?nonce=" + "ab" * 32)[0] == 200


if __name__ == "__main__":
    os.chdir(ROOT)
    Stories(globals(), skip=have_bitcoind())
