"""A real bitcoind in regtest for the tests of the reward, TAP, and pinata-tool as a process.

Not a test.  Nodes listen on 127.0.0.1 only and never connect out; each test folder is
temporary; a machine that can not have bitcoind skips loudly.
"""
import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.append(os.path.join(ROOT, "tests"))
from ports import free_port

BITCOIND = os.path.join(ROOT, "build", "bitcoind")
TOOL = os.path.join(ROOT, "build", "san", "pinata-tool")
MINER = "bcrt1q0ht9tyks4vh7p5p904t340cr9nvahy7uevmqwj"      # the key 3: nobody's money
STATES = {"LIVE": 0, "UNFUNDED": 10, "FUNDING": 11, "SPEND_SEEN": 20, "KEY_USED": 21, "BREACHED_PENDING": 22,
          "BREACHED": 23, "WITHDRAWN_PENDING": 30, "WITHDRAWN": 31, "UNKNOWN": 40}


def have_bitcoind():
    """None, or why there is no bitcoind."""
    done = subprocess.run([os.path.join(ROOT, "tests/reward/get-bitcoind"), BITCOIND], stderr=subprocess.PIPE)
    sys.stderr.write(done.stderr.decode())
    return None if done.returncode == 0 else (done.stderr.decode().strip().splitlines() or ["no reason"])[-1]


class Refused(Exception):
    pass


class Node:
    """One bitcoind.  Call it: node("getblockcount")."""

    def __init__(self, folder, name, *options):
        self.dir = os.path.join(folder, name)
        self.options = options
        os.makedirs(self.dir, exist_ok=True)
        self.port, self.rpc_port = free_port(), free_port()
        self.url = "http://127.0.0.1:%d" % self.rpc_port
        self.cookie = os.path.join(self.dir, "regtest", ".cookie")
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [os.path.join(BITCOIND, "bitcoind"), "-regtest", "-server", "-datadir=" + self.dir, "-listen=1",
             "-bind=127.0.0.1:%d" % self.port, "-rpcbind=127.0.0.1", "-rpcallowip=127.0.0.1",
             "-rpcport=%d" % self.rpc_port, "-dnsseed=0", "-fixedseeds=0", "-connect=0", "-discover=0",
             "-listenonion=0", "-i2pacceptincoming=0", "-txindex=1", "-fallbackfee=0.0001",
             "-printtoconsole=0", "-dbcache=8", "-par=1", *self.options],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(600):
            try:
                return self("getblockcount")
            except (OSError, Refused):
                time.sleep(0.05)
                if self.process.poll() is not None:
                    break
        raise RuntimeError("bitcoind does not start; see %s/regtest/debug.log" % self.dir)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)

    def __call__(self, method, *params, wallet=None):
        with open(self.cookie) as cookie:
            auth = base64.b64encode(cookie.read().encode()).decode()
        body = json.dumps({"method": method, "params": list(params)}).encode()
        request = urllib.request.Request(self.url + ("/wallet/" + wallet if wallet else ""), body,
                                         {"Authorization": "Basic " + auth})
        try:
            return json.load(urllib.request.urlopen(request, timeout=60))["result"]
        except urllib.error.HTTPError as error:
            raise Refused(method + ": " + str(json.load(error)["error"]["message"])) from None

    # ---- the bank: a wallet with coins, and blocks -----------------------------------------

    def open_bank(self):
        self("createwallet", "bank")
        self.bank = self("getnewaddress", "", "bech32", wallet="bank")
        self("generatetoaddress", 130, self.bank)

    def mine(self, count=1):
        return self("generatetoaddress", count, MINER)

    def pay(self, address, coins):
        return self("sendtoaddress", address, coins, wallet="bank")

    def outputs(self, address):
        return self("scantxoutset", "start", ["addr(%s)" % address])["unspents"]

    def spend(self, wif, address, outputs, to, coins, send=True):
        """A signed transaction that spends `outputs` of a P2WPKH address: its txid, its hex."""
        raw = self("createrawtransaction",
                   [{"txid": o["txid"], "vout": o["vout"], "sequence": 0xfffffffd} for o in outputs], [{to: coins}])
        signed = self("signrawtransactionwithkey", raw, [wif], [
            {"txid": o["txid"], "vout": o["vout"], "scriptPubKey": o["scriptPubKey"], "amount": o["amount"]}
            for o in outputs])
        assert signed["complete"], signed
        if send:
            self("sendrawtransaction", signed["hex"])
        return self("decoderawtransaction", signed["hex"])["txid"], signed["hex"]


def tool(*words, stdin=None, check=None, timeout=60):
    """Runs the sanitizer build; `check` is the exit code that must come.

    What ends with an error frees nothing, so leaks are looked for in the daemon only (watch_test.py).
    """
    done = subprocess.run([TOOL, *map(str, words)], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=timeout, env=dict(os.environ, ASAN_OPTIONS="detect_leaks=0"))
    done.out, done.err = done.stdout.decode(), done.stderr.decode()
    assert "AddressSanitizer" not in done.err and "runtime error" not in done.err, done.err
    assert check is None or done.returncode == check, "exit %d, not %d: %s\n%s%s" % (
        done.returncode, check, " ".join(map(str, words)), done.out, done.err)
    return done


class Stories:
    """Runs functions named story_* of a module, each a TAP line; one that returns a text was skipped for it."""

    def __init__(self, module, skip=None):
        names = [name for name in module if name.startswith("story_")]
        print("1..%d" % len(names))
        failed = 0
        folder = tempfile.mkdtemp(prefix="pinata-reward-")
        nodes = []
        try:
            for number, name in enumerate(names, 1):
                title = name[6:].replace("_", " ")
                if skip:
                    print("ok %d - %s # SKIP no bitcoind: %s" % (number, title, skip), flush=True)
                    continue
                began = time.monotonic()
                try:
                    why = module[name](folder, nodes)
                    print("ok %d - %s (%.1f s)%s" % (number, title, time.monotonic() - began,
                                                     " # SKIP " + why if why else ""), flush=True)
                except Exception as error:      # a story that fails must not hide the others
                    failed += 1
                    print("not ok %d - %s: %s: %s" % (number, title, type(error).__name__, error), flush=True)
                    import traceback
                    print("\n".join("# " + line for line in traceback.format_exc().splitlines()), flush=True)
        finally:
            for node in nodes:
                node.stop()
            shutil.rmtree(folder, ignore_errors=True)
        sys.exit(1 if failed else 0)
