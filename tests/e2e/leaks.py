"""
tests/e2e/leaks.py: no secret leaves but in a delivery that was due.

Every Machine is searched when it stops: each frame of its network, the bytes of each connection in order, its console;
for its module's key and seed in each form.  A leak is a line `not ok`, whatever the test was about.  What visitors
decrypted is kept by hear(), and judged by deliveries(): a text with a secret is a whole prize, and the console counts it.
"""
import base64
import hashlib
import re
import struct

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
FROM_GUEST = bytes((10, 0, 2, 15))
heard = []


def forms(name, raw):
    """Every form in which a secret of 32 bytes could show: name and bytes."""
    wif = b"\xef" + raw + b"\x01"
    wif += hashlib.sha256(hashlib.sha256(wif).digest()).digest()[:4]
    number, text = int.from_bytes(wif, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = BASE58[digit] + text
    found = [(name + " raw", raw), (name + " reversed", raw[::-1]), (name + " hex", raw.hex().encode()),
             (name + " HEX", raw.hex().upper().encode()), (name + " reversed hex", raw[::-1].hex().encode()),
             (name + " WIF", text.encode())]
    # Base64 of a longer text that holds the secret, at each of the three alignments.
    for skip in range(3):
        found.append(("%s base64 at %d" % (name, skip), base64.b64encode(bytes(skip) + raw)[4 if skip else 0:40]))
    return found


def secrets_of(module):
    """The forms of the key and the seed of a module's text.  Keys of all zeros and the like, of bad modules, are no secrets."""
    lines = re.findall(r"^(private-key|seed) ([0-9a-f]{64})$", module, re.M)
    return [form for name, text in lines if len(set(text)) > 6 for form in forms("key" if name == "private-key" else name, bytes.fromhex(text))]


def found(secrets, haystack):
    return [name for name, form in secrets if form in haystack]


def frames(path):
    """Every frame of a dump (pcap)."""
    with open(path, "rb") as f:
        data = f.read()
    at, all_frames = 24, []
    while at + 16 <= len(data):
        length = struct.unpack_from("<I", data, at + 8)[0]
        all_frames.append(data[at + 16:at + 16 + length])
        at += 16 + length
    return all_frames


def sent(all_frames):
    """All TCP payload that left the machine, connection by connection, in the order of sending."""
    streams = {}
    for frame in all_frames:
        if frame[12:14] != b"\x08\x00" or frame[23] != 6 or frame[26:30] != FROM_GUEST:
            continue
        ip_len = 14 + 4 * (frame[14] & 15)
        total = 14 + struct.unpack_from(">H", frame, 16)[0]
        payload = frame[ip_len + 4 * (frame[ip_len + 12] >> 4):total]
        streams.setdefault(frame[30:34] + frame[ip_len:ip_len + 4], []).append(payload)
    return b"\n".join(b"".join(parts) for parts in streams.values())


def search(secrets, all_frames, console):
    """Where a secret is that must not be there."""
    places = (("a frame", b"\n".join(all_frames)), ("a connection", sent(all_frames)), ("the console", console))
    return ["%s in %s" % (form, place) for place, haystack in places for form in found(secrets, haystack)]


def hear(text):
    """A visitor has decrypted this."""
    heard.append(text)
    return text


def deliveries(check, practice, console, unread=0):
    """`unread`: deliveries that were due and that nobody could decrypt."""
    with_secret = [text for text in heard if found(practice.secrets(), text.encode(errors="replace"))]
    check(all(practice.is_prize(text) for text in with_secret), "what visitors read holds no secret but whole prizes", with_secret[:1])
    num_told = console.count(b"pinata: prize-sent ")
    check(num_told == len(with_secret) + unread and heard, "each prize was due: the console counts what visitors read",
          (num_told, len(with_secret), unread, len(heard)))
