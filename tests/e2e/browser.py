"""tests/e2e/browser.py: a headless Chromium driven over a pipe (the DevTools protocol), with nothing but Python's library."""
import base64
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SECONDS = 60


class Browser:
    """One browser with one page.  `spki`: base64 of SHA-256 of public keys that are trusted whatever their certificate."""

    def __init__(self, spki):
        self.profile = tempfile.mkdtemp(prefix="pinata-browser-")
        to_read, self.to_browser = os.pipe()
        self.from_browser, to_write = os.pipe()
        command = [PROGRAM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                   "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-default-browser-check",
                   "--disable-extensions", "--hide-scrollbars", "--font-render-hinting=none",
                   "--disable-features=DialMediaRouteProvider,MediaRouter,OptimizationHints,Translate,HttpsUpgrades",
                   "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--ignore-certificate-errors-spki-list=" + spki,
                   "--user-data-dir=" + self.profile, "--remote-debugging-pipe", "about:blank"]
        with open(os.path.join(self.profile, "words"), "wb") as words:
            self.process = subprocess.Popen(["sh", "-c", 'exec "$@" 3<&%d 4>&%d' % (to_read, to_write), "sh", *command],
                                            pass_fds=(to_read, to_write), stdin=subprocess.DEVNULL, stdout=words, stderr=words,
                                            start_new_session=True)
        os.close(to_read)
        os.close(to_write)
        self.number, self.kept, self.events, self.session = 0, b"", [], None
        try:
            target = self.call("Target.createTarget", url="about:blank")["targetId"]
            self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            for domain in ("Page", "Runtime", "Log", "Network", "Accessibility"):
                self.call(domain + ".enable")
        except Exception:
            self.close()
            raise

    def close(self):
        """The browser and all its children: they are a process group of their own."""
        for fd in (self.to_browser, self.from_browser):
            os.close(fd)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            pass
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)

    def message(self, end):
        """The next message; TimeoutError when `end` has come."""
        while b"\0" not in self.kept:
            if not select.select([self.from_browser], [], [], max(0, end - time.monotonic()))[0]:
                raise TimeoutError("the browser is silent")
            piece = os.read(self.from_browser, 1 << 20)
            if not piece:
                with open(os.path.join(self.profile, "words"), "rb") as f:
                    raise EOFError("the browser has ended: " + f.read()[-2000:].decode(errors="replace"))
            self.kept += piece
        text, self.kept = self.kept.split(b"\0", 1)
        return json.loads(text)

    def call(self, method, **params):
        self.number += 1
        number, request = self.number, {"id": self.number, "method": method, "params": params}
        if self.session:
            request["sessionId"] = self.session
        os.write(self.to_browser, json.dumps(request).encode() + b"\0")
        end = time.monotonic() + SECONDS
        while True:
            answer = self.message(end)
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError("%s: %s" % (method, answer["error"]))
                return answer["result"]
            self.events.append(answer)

    def until(self, method):
        """Wait for an event that has not come yet or has not been looked at."""
        end = time.monotonic() + SECONDS
        while not any(event["method"] == method for event in self.events):
            self.events.append(self.message(end))

    def look(self, width, height, dark):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def go(self, url):
        """Load a page.  Returns its status (None: no answer) and every event on the way.  A download is an answer, and no page."""
        self.events = []
        failed = self.call("Page.navigate", url=url).get("errorText")
        if not failed:
            self.until("Page.loadEventFired")
        answers = [e["params"]["response"] for e in self.events if e["method"] == "Network.responseReceived"]
        return (answers[0]["status"] if answers and failed in (None, "net::ERR_ABORTED") else None), self.events

    def ask(self, expression):
        """The value of a JavaScript expression in the page."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"])
        return answer["result"].get("value")

    def tree(self):
        """(role, name) of every node of the accessibility tree that a reader would tell."""
        nodes = self.call("Accessibility.getFullAXTree")["nodes"]
        return [(n["role"]["value"], n.get("name", {}).get("value", "")) for n in nodes if not n["ignored"] and "role" in n]

    def picture(self, path, height=None):
        """A PNG of the whole page, or of its first `height` pixels."""
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], height or size["height"]), "scale": 1}
        png = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)["data"]
        with open(path, "wb") as f:
            f.write(base64.b64decode(png))
