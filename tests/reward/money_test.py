#!/usr/bin/python3
"""money_test.py: provision, claim and withdraw against a real bitcoind in regtest.

The appliance is not here: the key comes from the boot module.  e2e_test.py breaks a real one.
"""
import hashlib
import json
import os
import re
import stat

from node import MINER, Node, Stories, have_bitcoind, tool

NODE = None
NET = ("--address", "10.0.2.15", "--netmask", "255.255.255.0", "--gateway", "10.0.2.2")


def the_node(folder, nodes):
    global NODE
    if NODE is None:
        NODE = Node(folder, "node")
        nodes.append(NODE)
        NODE.open_bank()
    return NODE


def rpc(node):
    return "--rpc", node.url, "--cookie", node.cookie


class Made:
    """A provisioned prize."""

    def __init__(self, folder, node, name, *options, check=0):
        self.node, self.dir = node, os.path.join(folder, name)
        self.made = tool("provision", "--chain", "regtest", "--dir", self.dir, *NET, *rpc(node), *options, check=check)
        self.module, self.path = os.path.join(self.dir, "boot-module"), os.path.join(self.dir, "manifest.json")
        if check == 0:
            self.address = self.made.out.strip()

    def manifest(self):
        with open(self.path) as file:
            return json.load(file)

    def key(self):
        with open(self.module) as file:
            return re.search(r"^private-key ([0-9a-f]{64})$", file.read(), re.M).group(1)

    def fund(self, coins=1):
        self.node.pay(self.address, coins)
        self.node.mine(6)

    def state(self, *options):
        done = tool("watch", "--once", "--json", "--manifest", self.path, *rpc(self.node),
                    "--out", os.path.join(self.dir, "out"), *options)
        return json.loads(done.out)["state"]


def file_of(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w") as file:
        file.write(text)
    os.chmod(path, 0o600)
    return path


def story_provision_writes_what_the_appliance_takes(folder, nodes):
    node = the_node(folder, nodes)
    made = Made(folder, node, "made", "--amount", "150000000", "--json")
    told = json.loads(made.made.out)
    made.address = told["address"]
    assert stat.S_IMODE(os.stat(made.module).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(made.dir).st_mode) == 0o700
    text = open(made.module).read()
    body, checksum = text.rsplit("checksum ", 1)
    assert hashlib.sha256(body.encode()).hexdigest() + "\n" == checksum
    assert body.startswith("pinata-boot-module 1\naddress 10.0.2.15\n") and len(set(re.findall("^.* [0-9a-f]{64}$", body, re.M))) == 2
    size, bitmap = re.search(r"^qr (\d+) ([0-9a-f]+)$", body, re.M).groups()
    assert int(size) % 4 == 1 and len(bitmap) == 2 * ((int(size) ** 2 + 7) // 8)
    # The three finder patterns are where they belong.
    dark = "".join("{:04b}".format(int(digit, 16)) for digit in bitmap)
    rows = [dark[i * int(size):(i + 1) * int(size)] for i in range(int(size))]
    assert rows[0].startswith("11111110") and rows[0].endswith("01111111") and rows[-1].startswith("11111110")
    manifest = made.manifest()
    assert manifest["address"] == made.address and manifest["birth_height"] == node("getblockcount")
    assert node("getaddressinfo", made.address, wallet="bank")["scriptPubKey"] == manifest["script"]
    key = made.key()
    assert key not in made.made.out + made.made.err + json.dumps(manifest) + open(told["funding"]).read()
    # The node derives the same address from the key.
    public = node("getdescriptorinfo", "wpkh(%s)" % wif_of(key))["descriptor"]
    assert node("deriveaddresses", public) == [made.address]
    # Nothing is overwritten, even when only one of the three is there.
    before = open(made.module).read()
    for gone in ("none", "manifest.json", "funding.html"):
        if gone != "none":
            os.unlink(os.path.join(made.dir, gone))
        again = Made(folder, node, "made", check=4)
        assert "not overwritten" in again.made.err, again.made.err
    assert open(made.module).read() == before
    assert Made(folder, node, "other").key() != key
    assert "event-address" not in text and "\nevent-address full\n" in open(Made(folder, node, "told", "--event-address", "full").module).read()


def wif_of(key):
    digits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    raw = b"\xef" + bytes.fromhex(key) + b"\x01"
    raw += hashlib.sha256(hashlib.sha256(raw).digest()).digest()[:4]
    number, text = int.from_bytes(raw, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = digits[digit] + text
    return text


def story_provision_refuses(folder, nodes):
    node = the_node(folder, nodes)
    key = file_of(folder, "key", "0" * 63 + "3\n")
    zero = file_of(folder, "zero", "0" * 64)
    two = file_of(folder, "two", "0" * 63 + "3\n" + "0" * 63 + "4\n")
    for words, code, why in (
            (("--practice", "--chain", "regtest"), 2, "twice"),
            (("--gateway", "10.0.2.3"), 2, "twice"),
            (("--owner-key", "00" * 32, "--lock-height", "500"), 2, "x-only"),
            (("--owner-key", "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"), 2, "--lock-height"),
            (("--lock-height", "500"), 2, "--owner-key"),
            (("--owner-key", "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
              "--lock-height", "1", "--birth-height", "1"), 2, "not above"),
            (("--key-file", zero), 2, "out of range"), (("--key-file", two), 2, "more than one"),
            (("--key-file", "/dev/null"), 2, "no private key"), (("--key-file", "/nonexistent"), 4, "can not read"),
            (("--peer-authority", key), 2, "practice only"),
            (("--practice", "--peer-authority", "/nonexistent"), 4, "can not read"),
            (("--image", key), 2, "no image"), (("--funded-sat", "0"), 2, "whole number"), (("--event-address", "half"), 2, "prefix or full")):
        made = Made(folder, node, "refused", *words, check=code)
        assert why in made.made.err, (words, made.made.err)
        assert not os.path.exists(made.dir), words
    bad = tool("provision", "--chain", "regtest", "--dir", os.path.join(folder, "refused"), "--address", "10.0.2.15",
               "--netmask", "255.255.255.0", "--gateway", "10.9.2.2", "--birth-height", "1", check=2)
    assert "gateway" in bad.err, bad.err
    main = tool("provision", "--chain", "main", "--dir", os.path.join(folder, "refused"), *NET, "--practice",
                "--birth-height", "1", check=2)
    assert "not for chain main" in main.err, main.err


def story_given_key_and_known_answers(folder, nodes):
    node = the_node(folder, nodes)
    wif = "cMahea7zqjxrtgAbB7LSGbcQUr1uX1ojuat9jZodMN87KcLPVfXz"
    for name, text in (("hex", "00" * 31 + "03"), ("wif", wif + "\n")):
        made = Made(folder, node, "given-" + name, "--key-file", file_of(folder, name, text))
        assert made.address == MINER and made.key() == "00" * 31 + "03"
    # The key on standard input; a WIF with a wrong checksum is no key.
    done = tool("provision", "--chain", "regtest", "--dir", os.path.join(folder, "stdin"), *NET, "--birth-height", "0",
                "--key-file", "-", stdin=wif.encode(), check=0)
    assert done.out.strip() == MINER
    tool("provision", "--chain", "regtest", "--dir", os.path.join(folder, "bad"), *NET, "--birth-height", "0",
         "--key-file", "-", stdin=(wif[:-1] + "y").encode(), check=2)


def story_claim_sweeps_everything(folder, nodes):
    node = the_node(folder, nodes)
    made = Made(folder, node, "claim")
    to = node("getnewaddress", "", "bech32m", wallet="bank")
    empty = tool("claim", "--key-file", made.module, "--to", to, *rpc(node), check=1)
    assert "nothing is at" in empty.err, empty.err
    for coins in (1, 0.5, 0.25):
        node.pay(made.address, coins)
    node.mine(6)
    assert made.state() == "LIVE"
    # As the winner has it: the text of the prize, piped in.
    text = "network: regtest\naddress: %s\nprivate key (hex): %s\nprivate key (WIF, compressed): x\n" % (
        made.address, made.key())
    dry = json.loads(tool("claim", "--to", to, "--fee-rate", "3", "--json", *rpc(node), stdin=text.encode(), check=0).out)
    assert dry["outputs"] == 3 and dry["total_sat"] == 175000000 and dry["sent"] is False, dry
    facts = node("testmempoolaccept", [dry["raw"]])[0]
    assert facts["allowed"] and facts["txid"] == dry["txid"], facts
    assert dry["fee_sat"] / facts["vsize"] < 3.05 and dry["fee_sat"] >= 3 * facts["vsize"], (dry, facts)
    assert made.state() == "LIVE"
    sent = tool("claim", "--to", to, "--broadcast", *rpc(node), stdin=text.encode(), check=0)
    assert sent.out.strip() in node("getrawmempool")
    assert made.state() == "SPEND_SEEN"
    node.mine(6)
    assert made.state() == "BREACHED"
    assert made.key() not in dry["raw"] + sent.out + sent.err


def story_claim_to_every_kind_of_address(folder, nodes):
    node = the_node(folder, nodes)
    made = Made(folder, node, "kinds")
    made.fund(0.01)
    for kind in ("legacy", "p2sh-segwit", "bech32", "bech32m"):
        to = node("getnewaddress", "", kind, wallet="bank")
        raw = tool("claim", "--key-file", made.module, "--to", to, *rpc(node), check=0).out.strip()
        assert node("decoderawtransaction", raw)["vout"][0]["scriptPubKey"]["address"] == to
        assert node("testmempoolaccept", [raw])[0]["allowed"]
        flipped = to[:-1] + ("q" if to[-1] != "q" else "p")
        tool("claim", "--key-file", made.module, "--to", flipped, *rpc(node), check=2)
    # Offline: the coins as a list, and no node at all.
    coins = [{"txid": o["txid"], "vout": o["vout"], "sat": 1000000} for o in node.outputs(made.address)]
    path = file_of(folder, "coins.json", json.dumps(coins))
    offline = tool("claim", "--key-file", made.module, "--to", MINER, "--coins", path, "--rpc", "http://127.0.0.1:1",
                   check=0)
    assert node("testmempoolaccept", [offline.out.strip()])[0]["allowed"]
    for text, code in (("[]", 1), ("{}", 2), ('[{"txid":"00"}]', 2), ("", 2)):
        tool("claim", "--key-file", made.module, "--to", MINER, "--coins", file_of(folder, "bad.json", text), check=code)
    tool("claim", "--key-file", made.module, "--to", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", *rpc(node), check=2)
    dust = tool("claim", "--key-file", made.module, "--to", MINER, "--fee-rate", "5000", "--coins", file_of(
        folder, "dust.json", json.dumps([dict(coins[0], sat=2000)])), check=1)
    assert "less than nothing" in dust.err, dust.err
    down = tool("claim", "--key-file", made.module, "--to", MINER, "--rpc", "http://127.0.0.1:1", "--cookie", node.cookie,
                check=3)
    assert "does not answer" in down.err, down.err
    wrong = tool("claim", "--key-file", file_of(folder, "three", "00" * 31 + "03"), "--manifest", made.path, "--to", MINER,
                 *rpc(node), check=1)
    assert "not the one" in wrong.err, wrong.err


def story_committed_withdrawal(folder, nodes):
    node = the_node(folder, nodes)
    made = Made(folder, node, "committed")
    made.fund()
    to = node("getnewaddress", "", "bech32", wallet="bank")
    kept, opening = os.path.join(made.dir, "withdrawal"), os.path.join(made.dir, "opening.json")
    words = ("withdraw", "--manifest", made.path, *rpc(node))
    # Without a commitment in the manifest, sending is refused: it would be a breach.
    uncommitted = open(made.path).read()
    done = tool(*words, "--key-file", made.module, "--to", to, "--fee-rate", "40", "--prepare", kept, check=0)
    assert stat.S_IMODE(os.stat(kept).st_mode) == 0o600
    with open(kept) as file:
        secret = json.load(file)
    assert made.manifest()["withdrawal_commitments"] == [done.out.strip()]
    assert hashlib.sha256(b"pinata-withdraw-v1\0" + bytes.fromhex(secret["txid"] + secret["salt"])).hexdigest() == done.out.strip()
    again = tool(*words, "--key-file", made.module, "--to", to, "--prepare", kept, check=4)
    assert "not overwritten" in again.err and len(made.manifest()["withdrawal_commitments"]) == 1
    committed = open(made.path).read()
    with open(made.path, "w") as file:
        file.write(uncommitted)
    refused = tool(*words, "--send", kept, "--opening", opening, "--broadcast", check=1)
    assert "count as a breach" in refused.err and not os.path.exists(opening)
    with open(made.path, "w") as file:
        file.write(committed)
    assert made.state("--opening", opening) == "LIVE"
    shown = tool(*words, "--send", kept, "--opening", opening, check=0)
    assert shown.out.strip() == secret["raw"] and node("getrawmempool") == []
    sent = tool(*words, "--send", kept, "--opening", opening, "--broadcast", check=0)
    assert sent.out.strip() == secret["txid"]
    assert made.state("--opening", opening) == "SPEND_SEEN"
    node.mine(6)
    assert made.state("--opening", opening) == "WITHDRAWN"
    leaf = tool(*words, "--key-file", made.module, "--to", to, check=2)
    assert "--prepare" in leaf.err


def x_only(node, key):
    return node("getdescriptorinfo", "pk(%s)" % wif_of(key))["descriptor"][3:].split(")")[0][2:]


def story_owner_leaf_before_and_after_its_height(folder, nodes):
    node = the_node(folder, nodes)
    owner = hashlib.sha256(b"owner").hexdigest()
    owner_file = file_of(folder, "owner-key", owner)
    lock = node("getblockcount") + 20
    leaf = ("--owner-key", x_only(node, owner), "--lock-height", lock)
    made = Made(folder, node, "leaf", *leaf)
    manifest = made.manifest()
    descriptor = "tr(%s,and_v(v:pk(%s),after(%d)))" % (manifest["internal_key"], manifest["owner_key"], lock)
    assert re.search(r"^owner-leaf [0-9a-f]{64}$", open(made.module).read(), re.M)
    checked = node("getdescriptorinfo", descriptor)["descriptor"]
    assert node("deriveaddresses", checked) == [made.address]
    made.fund()
    assert made.state() == "LIVE"
    words = ("withdraw", "--manifest", made.path, "--to", MINER, *rpc(node))
    raw = tool(*words, "--key-file", owner_file, check=0).out.strip()
    assert node("testmempoolaccept", [raw])[0]["reject-reason"] == "non-final"
    refused = tool(*words, "--key-file", owner_file, "--broadcast", check=1)
    assert "non-final" in refused.err, refused.err
    wrong = tool(*words, "--key-file", made.module, check=1)
    assert "owner's leaf" in wrong.err, wrong.err
    no = tool(*words, "--key-file", made.module, "--prepare", os.path.join(folder, "x"), check=2)
    assert "needs no commitment" in no.err
    # The winner's way, by the key itself, works at any time.
    claim = tool("claim", "--manifest", made.path, "--key-file", made.module, "--to", MINER, *rpc(node), check=0)
    assert node("testmempoolaccept", [claim.out.strip()])[0]["allowed"]
    node.mine(lock - node("getblockcount"))
    tool(*words, "--key-file", owner_file, "--broadcast", check=0)
    node.mine(6)
    assert made.state() == "WITHDRAWN"
    other = Made(folder, node, "leaf-broken", "--owner-key", x_only(node, owner), "--lock-height", lock + 1000)
    other.fund()
    tool("claim", "--manifest", other.path, "--key-file", other.module, "--to", MINER, "--broadcast", *rpc(node), check=0)
    assert other.state() == "SPEND_SEEN"
    node.mine(6)
    assert other.state() == "BREACHED"


if __name__ == "__main__":
    Stories(globals(), skip=have_bitcoind())
