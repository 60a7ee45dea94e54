#!/usr/bin/python3
"""watch_test.py: `pinata-tool watch` against a real bitcoind in regtest: every state and how it is left.

The rule itself is tested by enumeration in status_test.c; here it is the following of the
chain, the evidence, and what is published.
"""
import hashlib
import http.server
import json
import os
import signal
import subprocess
import threading
import time

from node import BITCOIND, MINER, STATES, TOOL, Node, Stories, have_bitcoind, tool

B58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def wif_of(key):
    raw = b"\xef" + key + b"\x01"
    raw += hashlib.sha256(hashlib.sha256(raw).digest()).digest()[:4]
    number, text = int.from_bytes(raw, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = B58[digit] + text
    return text


class Prize:
    """A P2WPKH prize with its manifest, its watch folder and what the watch says."""

    def __init__(self, folder, node, name, **manifest):
        self.node = node
        self.dir = os.path.join(folder, name)
        os.makedirs(self.dir)
        self.wif = wif_of(hashlib.sha256(name.encode()).digest())
        public = node("getdescriptorinfo", "wpkh(%s)" % self.wif)["descriptor"]
        self.address = node("deriveaddresses", public)[0]
        self.manifest = {"format": "pinata-manifest 1", "chain": "regtest", "address": self.address,
                         "birth_height": node("getblockcount"), **manifest}
        self.write()
        self.out = os.path.join(self.dir, "out")

    def write(self):
        self.path = os.path.join(self.dir, "manifest.json")
        with open(self.path, "w") as file:
            json.dump(self.manifest, file)

    def look(self, *options, node=None, timeout=60):
        node = node or self.node
        url, cookie = (node.url, node.cookie) if not isinstance(node, tuple) else node
        done = tool("watch", "--once", "--json", "--manifest", self.path, "--rpc", url, "--cookie", cookie,
                    "--out", self.out, *options, timeout=timeout)
        assert done.returncode in STATES.values(), done.err
        status = json.loads(done.out)
        assert STATES[status["state"]] == done.returncode, (status, done.returncode)
        with open(os.path.join(self.out, "status.json")) as file:
            assert json.load(file) == status
        with open(os.path.join(self.out, "badge.svg")) as file:
            assert status["state"] in file.read()
        with open(os.path.join(self.out, "index.html")) as file:
            assert status["state"] in file.read()
        return status

    def expect(self, state, *options, **more):
        status = self.look(*options, **more)
        assert status["state"] == state, (state, status)
        return status

    def outputs(self):
        return self.node.outputs(self.address)

    def fund(self, coins=1, blocks=6):
        self.node.pay(self.address, coins)
        self.node.mine(blocks)

    def steal(self, outputs, to, coins, **more):
        return self.node.spend(self.wif, self.address, outputs, to, coins, **more)

    def evidence(self, txid):
        with open(os.path.join(self.out, "evidence", txid + ".json")) as file:
            return json.load(file)


NODE = None


def the_node(folder, nodes):
    global NODE
    if NODE is None:
        NODE = Node(folder, "node")
        nodes.append(NODE)
        NODE.open_bank()
    return NODE


def story_breach_with_dust_replacement_and_reorg(folder, nodes):
    node = the_node(folder, nodes)
    prize = Prize(folder, node, "breach")
    prize.expect("UNFUNDED")
    node.pay(prize.address, 1)
    status = prize.expect("UNFUNDED")
    assert status["incoming_sat"] == 100000000 and status["balance_sat"] == 0, status
    node.mine()
    assert prize.expect("FUNDING")["confirmations"] == 1
    node.mine(4)
    assert prize.expect("FUNDING")["confirmations"] == 5
    node.mine()
    prize.expect("LIVE")
    node.pay(prize.address, 0.00001)
    node.mine()
    assert prize.expect("LIVE")["outputs"] == 2
    big = [o for o in prize.outputs() if o["amount"] == 1]
    first, _ = prize.steal(big, MINER, 0.9999)
    status = prize.expect("SPEND_SEEN")
    assert status["cause"]["txid"] == first and status["cause"]["owner"] is False, status
    second, _ = prize.steal(big, node.bank, 0.999)
    assert prize.expect("SPEND_SEEN")["cause"]["txid"] == second
    assert prize.evidence(first)["txid"] == first and "block" not in prize.evidence(second)
    block = node.mine()[0]
    assert prize.expect("BREACHED_PENDING")["cause"]["txid"] == second
    assert len(prize.evidence(second)["block"]["headers"]) == 1
    node("invalidateblock", block)
    prize.expect("SPEND_SEEN")
    node("reconsiderblock", block)
    prize.expect("BREACHED_PENDING")
    node.mine(5)
    status = prize.expect("BREACHED")
    assert status["balance_sat"] == 1000 and status["confirmations"] == 6, status
    bundle = prize.evidence(second)
    assert len(bundle["block"]["headers"]) == 6
    assert node("verifytxoutproof", bundle["block"]["proof"]) == [second]
    assert node("decoderawtransaction", bundle["raw"])["txid"] == second
    # Offline: the bundle stands by itself, and no byte of it can be changed.
    path = os.path.join(prize.out, "evidence", second + ".json")
    told = json.loads(tool("verify", "--bundle", path, "--manifest", prize.path, "--json", check=0).out)
    assert [one["result"] for one in told["checks"]] == ["pass", "pass", "not checked", "not checked"], told
    block = bundle["block"]
    for change, why in (({"hash": block["hash"][::-1]}, "not that of its block"),
                        ({"headers": []}, "1 to 6 headers"), ({"headers": block["headers"][:1] + block["headers"][:0:-1]}, "follow each other"),
                        ({"headers": [block["headers"][0][:-8] + "12345678"]}, "not that of its block"), ({"height": -1}, "height"),
                        ({"proof": block["proof"][:-2]}, "does not show"), ({"proof": "0"}, "hex"),
                        ({"proof": block["proof"][:200] + "00" + block["proof"][202:]}, "does not show"),
                        ({"proof": node("gettxoutproof", [node("getblock", block["hash"])["tx"][0]], block["hash"])},
                         "does not show")):
        forged = os.path.join(prize.dir, "forged.json")
        with open(forged, "w") as file:
            json.dump({**bundle, "block": {**block, **change}}, file)
        refused = json.loads(tool("verify", "--bundle", forged, "--manifest", prize.path, "--json", check=1).out)
        assert why in refused["checks"][0]["detail"] or "work" in refused["checks"][0]["detail"], (why, refused)


def story_proofs_in_blocks_of_every_size(folder, nodes):
    """gettxoutproof's trees: the spend at each place of blocks with 1 to 9 other transactions."""
    node = the_node(folder, nodes)
    for others in (1, 2, 3, 4, 6, 8):
        prize = Prize(folder, node, "tree%d" % others)
        prize.fund(1, 1)
        sink = node("getnewaddress", "", "bech32", wallet="bank")
        for number in range(others):
            if number == others // 2:
                thief, _ = prize.steal(prize.outputs(), MINER, 0.99)
            node.pay(sink, 0.001)
        node.mine()
        prize.expect("BREACHED_PENDING")
        assert prize.evidence(thief)["block"]["height"] == node("getblockcount")
        path = os.path.join(prize.out, "evidence", thief + ".json")
        tool("verify", "--bundle", path, "--manifest", prize.path, check=0)


def story_reorganised_away_without_return(folder, nodes):
    node = the_node(folder, nodes)
    prize = Prize(folder, node, "reorg")
    prize.fund()
    prize.expect("LIVE")
    outputs = prize.outputs()
    thief, _ = prize.steal(outputs, MINER, 0.9999)
    block = node.mine()[0]
    prize.expect("BREACHED_PENDING")
    # Another chain in which the thief's coins moved in another transaction, which is then the cause.
    node("invalidateblock", block)
    other, _ = prize.steal(outputs, MINER, 0.99)
    node.mine(2)
    status = prize.expect("BREACHED_PENDING")
    assert status["cause"]["txid"] == other and status["confirmations"] == 2, status
    assert prize.evidence(thief)["txid"] == thief


def story_key_used_after_expiry_survives_restart(folder, nodes):
    node = the_node(folder, nodes)
    prize = Prize(folder, node, "expiry")
    prize.fund()
    thief, _ = prize.steal(prize.outputs(), MINER, 0.999)
    prize.expect("SPEND_SEEN")
    now = int(time.time())
    node("setmocktime", now + 15 * 86400)
    node.pay(MINER, 0.01)                       # a new transaction makes the node expire old ones
    node("setmocktime", 0)
    assert thief not in node("getrawmempool")
    status = prize.expect("KEY_USED")
    assert status["cause"]["txid"] == thief and status["balance_sat"] == 100000000
    node.stop()
    assert prize.expect("UNKNOWN")["last_known"]["state"] == "KEY_USED"
    node.start()
    node("loadwallet", "bank")
    status = prize.expect("KEY_USED")
    node.mine(6)
    prize.expect("KEY_USED")


def story_partial_spend_of_dust_is_a_breach(folder, nodes):
    node = the_node(folder, nodes)
    prize = Prize(folder, node, "partial")
    node.pay(prize.address, 0.0001)
    prize.fund()
    prize.expect("LIVE")
    prize.steal([o for o in prize.outputs() if o["amount"] < 1], MINER, 0.00009)
    node.mine(6)
    assert prize.expect("BREACHED")["balance_sat"] == 100000000


def story_dust_alone_is_no_prize(folder, nodes):
    node = the_node(folder, nodes)
    prize = Prize(folder, node, "dust")
    prize.fund(0.00009999)
    status = prize.expect("UNFUNDED")
    assert status["balance_sat"] == 9999
    node.pay(prize.address, 0.00000400)
    node.mine()
    prize.expect("FUNDING")


def committed(prize, salt=b"\x05" * 32):
    """A withdrawal signed and committed to, and its opening's file."""
    txid, raw = prize.node.spend(prize.wif, prize.address, prize.outputs(), prize.node.bank, 0.999, send=False)
    hashed = hashlib.sha256(b"pinata-withdraw-v1\0" + bytes.fromhex(txid) + salt).hexdigest()
    prize.manifest["withdrawal_commitments"] = [hashed]
    prize.write()
    opening = os.path.join(prize.dir, "opening.json")
    with open(opening, "w") as file:
        json.dump({"txid": txid, "salt": salt.hex()}, file)
    return txid, raw, opening


def story_withdrawal_with_and_without_its_commitment(folder, nodes):
    node = the_node(folder, nodes)
    prize = Prize(folder, node, "withdrawal")
    prize.fund()
    txid, raw, opening = committed(prize)
    prize.expect("LIVE", "--opening", opening)
    node("sendrawtransaction", raw)
    status = prize.expect("SPEND_SEEN", "--opening", opening)
    assert status["cause"]["owner"] is True and status["opening"]["txid"] == txid, status
    node.mine()
    prize.expect("WITHDRAWN_PENDING", "--opening", opening)
    node.mine(5)
    prize.expect("WITHDRAWN", "--opening", opening)
    # Not opened, or opened wrongly, it is a breach: nobody has to take the owner's word.
    prize.expect("BREACHED")
    wrong = os.path.join(prize.dir, "wrong.json")
    with open(wrong, "w") as file:
        json.dump({"txid": txid, "salt": "06" * 32}, file)
    prize.expect("BREACHED", "--opening", wrong)
    prize.manifest["withdrawal_commitments"] = []
    prize.write()
    prize.expect("BREACHED", "--opening", opening)


def story_impostor_withdrawal(folder, nodes):
    node = the_node(folder, nodes)
    prize = Prize(folder, node, "impostor")
    prize.fund()
    _, _, opening = committed(prize)
    thief, _ = prize.steal(prize.outputs(), MINER, 0.998)
    assert prize.expect("SPEND_SEEN", "--opening", opening)["cause"]["owner"] is False
    node.mine(6)
    assert prize.expect("BREACHED", "--opening", opening)["cause"]["txid"] == thief


def story_owner_leaf(folder, nodes):
    """tr(PINATA, and_v(v:pk(OWNER),after(N))): the leaf is the owner's, the key path a breach."""
    node = the_node(folder, nodes)
    lock = node("getblockcount") + 8
    keys = {}
    for name in ("pinata", "owner"):
        wif = wif_of(hashlib.sha256(b"leaf " + name.encode()).digest())
        descriptor = node("getdescriptorinfo", "pk(%s)" % wif)["descriptor"]
        keys[name] = (wif, descriptor[3:].split(")")[0][2:])
    for case, signer in (("owner-leaf", "owner"), ("key-path", "pinata")):
        private = "tr(%s,and_v(v:pk(%s),after(%d)))" % (
            keys["pinata"][0 if signer == "pinata" else 1], keys["owner"][0 if signer == "owner" else 1], lock)
        info = node("getdescriptorinfo", private)
        address = node("deriveaddresses", info["descriptor"])[0]
        prize = Prize(folder, node, case)
        prize.address = prize.manifest["address"] = address
        prize.manifest.update(internal_key=keys["pinata"][1], owner_key=keys["owner"][1], lock_height=lock)
        prize.write()
        prize.fund(1, 6 if case == "owner-leaf" else 7)
        prize.expect("LIVE")
        wallet = "w-" + case
        node("createwallet", wallet, False, True)
        done = node("importdescriptors", [{"desc": private + "#" + info["checksum"], "timestamp": 0}], wallet=wallet)
        assert done[0]["success"], done
        psbt = node("walletcreatefundedpsbt", [], [{MINER: 0.5}], lock if signer == "owner" else 0,
                    {"changeAddress": address, "fee_rate": 20}, wallet=wallet)["psbt"]
        signed = node("walletprocesspsbt", psbt, wallet=wallet)
        final = node("finalizepsbt", signed["psbt"])
        assert final["complete"], final
        if signer == "owner":
            refused = node("testmempoolaccept", [final["hex"]])[0]
            assert refused["reject-reason"] == "non-final", refused
            node.mine(lock - node("getblockcount"))
        txid = node("sendrawtransaction", final["hex"])
        owner = signer == "owner"
        assert prize.expect("SPEND_SEEN")["cause"] == {
            "txid": txid, "owner": owner, "height": None, "evidence": "evidence/%s.json" % txid,
            "spends": "%s:%d" % tuple(node("decoderawtransaction", final["hex"])["vin"][0][k] for k in ("txid", "vout"))}
        node.mine(6)
        prize.expect("WITHDRAWN" if owner else "BREACHED")


def story_two_nodes_that_disagree(folder, nodes):
    node = the_node(folder, nodes)
    prize = Prize(folder, node, "second")
    prize.fund()
    other = Node(folder, "other")
    nodes.append(other)
    second = ("--second-rpc", other.url, "--second-cookie", other.cookie)
    status = prize.expect("UNKNOWN", *second)
    assert "sources disagree" in status["trouble"], status
    for height in range(1, node("getblockcount") + 1):
        other("submitblock", node("getblock", node("getblockhash", height), 0))
    assert prize.expect("LIVE", *second)["trouble"] is None
    tip = node.mine()[0]
    other("generatetoaddress", 1, node.bank)
    status = prize.expect("UNKNOWN", *second)
    assert "sources disagree about block" in status["trouble"], status
    assert status["last_known"]["state"] == "LIVE", status
    assert "balance_sat" not in status, status
    other.stop()
    assert "can not read the node's cookie" in prize.expect("UNKNOWN", *second)["trouble"]
    assert tip == node("getbestblockhash")
    prize.expect("LIVE")


class Liar(http.server.BaseHTTPRequestHandler):
    """Passes everything on to a node, except what `lies` changes."""
    lies = {}
    protocol_version = "HTTP/1.0"

    def do_POST(self):
        import urllib.request
        body = self.rfile.read(int(self.headers["Content-Length"]))
        request = urllib.request.Request(self.node.url, body, {"Authorization": self.headers["Authorization"]})
        try:
            answer = json.load(urllib.request.urlopen(request))
        except urllib.error.HTTPError as error:
            answer = json.load(error)
        asked = json.loads(body)
        for question, one in zip(asked if isinstance(asked, list) else [asked],
                                 answer if isinstance(answer, list) else [answer]):
            lie = self.lies.get(question["method"])
            if lie:
                one["result"] = lie(one["result"], question["params"])
                one["error"] = None if one["result"] is not None else one["error"]
        text = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *words):
        pass


def changed(result, **members):
    return {**result, **members}


def story_a_node_that_lies(folder, nodes):
    node = the_node(folder, nodes)
    prize = Prize(folder, node, "liar")
    prize.fund()
    thief, _ = prize.steal(prize.outputs(), MINER, 0.99, send=False)
    server = http.server.HTTPServer(("127.0.0.1", 0), Liar)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Liar.node = node
    liar = ("http://127.0.0.1:%d" % server.server_port, node.cookie)
    tip = node("getblockcount")
    header = node("getblockheader", node("getblockhash", tip), False)
    old = node("getblockheader", node("getblockhash", tip - 1), False)

    def lie(why, **lies):
        Liar.lies = lies
        status = prize.look(node=liar)
        assert status["state"] == "UNKNOWN" and why in status["trouble"], (why, status)

    Liar.lies = {}
    prize.expect("LIVE", node=liar)
    lie("still syncing", getblockchaininfo=lambda r, p: changed(r, initialblockdownload=True))
    lie("still syncing", getblockchaininfo=lambda r, p: changed(r, headers=r["headers"] + 5))
    lie("on chain main", getblockchaininfo=lambda r, p: changed(r, chain="main"))
    lie("refuses getblockheader", getblockhash=lambda r, p: 7)
    lie("refuses getblockhash", getblockchaininfo=lambda r, p: changed(r, blocks=tip + 1, headers=tip + 1))
    lie("hash that it says", getblockheader=lambda r, p: old if r == header else r)
    lie("does not show its work", getblockheader=lambda r, p: r[:144] + "ffff001d" + r[152:])
    lie("does not show its work", getblockheader=lambda r, p: "")
    lie("does not follow", getblockhash=lambda r, p: node("getblockhash", tip - 2) if p == [tip - 1] else r)
    lie("does not stand still", getbestblockhash=lambda r, p: "00" * 32)
    lie("makes no sense", getdescriptoractivity=lambda r, p: {
        "activity": [changed(a, amount=-1) for a in r["activity"]]})
    lie("gives no list", getdescriptoractivity=lambda r, p: {})
    lie("fewer than the manifest", getblockchaininfo=lambda r, p: changed(r, blocks=1, headers=1))

    # A made-up spend: the signature shows that it is none.
    paid = prize.outputs()[0]
    fake = {"type": "spend", "amount": 1, "spend_txid": thief, "spend_vin": 0, "prevout_txid": paid["txid"],
            "prevout_vout": paid["vout"], "prevout_spk": {"hex": paid["scriptPubKey"]}}
    raw = node("createrawtransaction", [{"txid": paid["txid"], "vout": paid["vout"]}], [{MINER: 0.99}])
    forged = raw[:8] + "0001" + raw[8:-8] + "02" + "47" + "30" * 71 + "21" + "02" * 33 + raw[-8:]
    lie("does not check", getrawtransaction=lambda r, p: forged if p[0] == fake["spend_txid"] else r,
        getdescriptoractivity=lambda r, p: {"activity": r["activity"] + ([fake] if not p[0] else [])})
    lie("does not stand still",
        getdescriptoractivity=lambda r, p: {"activity": r["activity"] + ([fake] if not p[0] else [])})
    # A node that hides a spend is believed, alone; a second node tells.
    prize.steal(prize.outputs(), MINER, 0.995)
    node.mine()
    hide = {"getdescriptoractivity": lambda r, p: {"activity": [a for a in r["activity"] if a["type"] != "spend"]}}
    Liar.lies = hide
    prize.expect("LIVE", node=liar)
    status = prize.expect("UNKNOWN", "--second-rpc", node.url, "--second-cookie", node.cookie, node=liar)
    assert "as spent or never made" in status["trouble"], status
    Liar.lies = {}
    prize.expect("BREACHED_PENDING", node=liar)
    node("invalidateblock", node("getbestblockhash"))
    prize = Prize(folder, node, "liar-again")
    prize.fund()
    # An honest node again: nothing of the lies stays.
    Liar.lies = {}
    prize.expect("LIVE", node=liar)
    server.shutdown()


def story_stale_tip_and_no_node(folder, nodes):
    node = Node(folder, "old", "-mocktime=%d" % (int(time.time()) - 7200))
    nodes.append(node)
    node.open_bank()
    prize = Prize(folder, node, "stale")
    prize.fund()
    prize.expect("LIVE", "--max-tip-age", "180")
    status = prize.expect("UNKNOWN", "--max-tip-age", "60")
    assert "minutes old" in status["trouble"] and status["last_known"]["state"] == "LIVE", status
    node("setmocktime", int(time.time()) + 3 * 3600)
    node.mine()
    assert "ahead of this clock" in prize.expect("UNKNOWN")["trouble"]
    assert "does not answer" in prize.expect("UNKNOWN", node=("http://127.0.0.1:1", node.cookie))["trouble"]
    assert "can not read" in prize.expect("UNKNOWN", node=(node.url, "/nonexistent"))["trouble"]
    bad = os.path.join(prize.dir, "cookie")
    with open(bad, "w") as file:
        file.write("somebody:wrong")
    assert "refuses the password" in prize.expect("UNKNOWN", node=(node.url, bad))["trouble"]


def story_daemon_hook_and_end(folder, nodes):
    node = the_node(folder, nodes)
    prize = Prize(folder, node, "daemon")
    hook, log = os.path.join(prize.dir, "hook"), os.path.join(prize.dir, "hook.log")
    with open(hook, "w") as file:
        file.write("#!/bin/sh\necho \"$1 $2 $(grep -c format \"$3\")\" >> %s\n" % log)
    os.chmod(hook, 0o755)
    daemon = subprocess.Popen([TOOL, "watch", "--manifest", prize.path, "--rpc", node.url, "--cookie", node.cookie,
                               "--out", prize.out, "--interval", "1", "--hook", hook], stdout=subprocess.PIPE)

    def wait_for(line):
        for _ in range(200):
            if os.path.exists(log) and line in open(log).read():
                return
            time.sleep(0.1)
        raise AssertionError("the hook never said %r: %s" % (line, open(log).read() if os.path.exists(log) else ""))

    wait_for("NONE UNFUNDED 1")
    prize.fund(1, 1)
    wait_for("UNFUNDED FUNDING 1")
    node.mine(5)
    wait_for("FUNDING LIVE 1")
    daemon.send_signal(signal.SIGTERM)
    out, _ = daemon.communicate(timeout=20)
    assert daemon.returncode == 0 and out.decode().split() == ["UNFUNDED", "FUNDING", "LIVE"], out
    prize.steal(prize.outputs(), MINER, 0.995)
    tool("watch", "--once", "--manifest", prize.path, "--rpc", node.url, "--cookie", node.cookie, "--out", prize.out,
         "--hook", hook, check=STATES["SPEND_SEEN"])
    wait_for("LIVE SPEND_SEEN 1")
    assert open(log).read().count("\n") == 4


def story_bad_words_and_files(folder, nodes):
    node = the_node(folder, nodes)
    prize = Prize(folder, node, "words")
    rpc = ("--rpc", node.url, "--cookie", node.cookie)
    for words, code, why in (
            (("watch",), 2, "needs --manifest"),
            (("watch", "--manifest"), 2, "needs a value"),
            (("watch", "--nonsense"), 2, "no option"),
            (("watch", "--once", "--once"), 2, "twice"),
            (("watch", "stray"), 2, "does not take"),
            (("watch", "--once=1"), 2, "takes no value"),
            (("watch", "--manifest", prize.path, "--interval", "0"), 2, "from 1 to"),
            (("watch", "--manifest", prize.path), 2, "--out"),
            (("watch", "--manifest", "/nonexistent"), 4, "can not read"),
            (("watch", "--once", "--manifest", prize.path, "--rpc", "http://a:b@127.0.0.1/"), 2, "password"),
            (("nonsense",), 2, "no command"), ((), 2, "usage")):
        done = tool(*words, check=code)
        assert why in done.err, (words, done.err)
    for change, why in (({"format": "x"}, "format"), ({"chain": "moon"}, "chain"), ({"address": MINER[:-1]}, "address"),
                        ({"address": "2N3oefVeg6stiTb5Kh3ozCSkaqmx91FDbsm"}, "neither"),
                        ({"birth_height": -1}, "birth_height"), ({"confirmations": 0}, "confirmations"),
                        ({"funded_sat": 0}, "funded_sat"), ({"image_sha256": "00"}, "image_sha256"),
                        ({"withdrawal_commitments": ["00"]}, "withdrawal_commitments")):
        saved = dict(prize.manifest)
        prize.manifest.update(change)
        prize.write()
        done = tool("watch", "--once", "--manifest", prize.path, *rpc, check=2)
        assert why in done.err, (change, done.err)
        prize.manifest = saved
    prize.write()
    # Evidence on the disk that was tampered with ends the watch: it is never silently dropped.
    prize.fund()
    thief, _ = prize.steal(prize.outputs(), MINER, 0.99)
    prize.expect("SPEND_SEEN")
    path = os.path.join(prize.out, "evidence", thief + ".json")
    good = open(path).read()
    for old, new, why in (('"sat": 100000000', '"sat": 100000001', "signature"), ("pinata-evidence 1", "x", "format"),
                          ('"raw": "02', '"raw": "01', "txid"), ('"regtest"', '"main"', "another chain"), ("{", "", "JSON")):
        assert old in good
        with open(path, "w") as file:
            file.write(good.replace(old, new, 1))
        done = tool("watch", "--once", "--manifest", prize.path, *rpc, "--out", prize.out, check=4)
        assert why in done.err, (why, done.err)
    with open(path, "w") as file:
        file.write(good)
    prize.expect("SPEND_SEEN")


if __name__ == "__main__":
    Stories(globals(), skip=have_bitcoind())
