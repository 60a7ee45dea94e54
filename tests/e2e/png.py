"""tests/e2e/png.py: a browser's PNG made small: at most 256 colours, the commonest, others to the nearest.  RGB or RGBA, 8 bits."""
import collections
import struct
import zlib


def chunks(png):
    at = 8
    while at < len(png):
        size = struct.unpack_from(">I", png, at)[0]
        yield png[at + 4:at + 8], png[at + 8:at + 8 + size]
        at += 12 + size


def rows(data, width, height, step):
    """The lines of pixels, their filters undone (PNG specification, section 9)."""
    before = bytearray(width * step)
    for y in range(height):
        start = y * (width * step + 1)
        kind, line = data[start], bytearray(data[start + 1:start + 1 + width * step])
        for i in range(len(line)):
            left, up, corner = line[i - step] if i >= step else 0, before[i], before[i - step] if i >= step else 0
            if kind == 1:
                line[i] = line[i] + left & 255
            elif kind == 2:
                line[i] = line[i] + up & 255
            elif kind == 3:
                line[i] = line[i] + (left + up) // 2 & 255
            elif kind == 4:
                guess = left + up - corner
                line[i] = line[i] + min((left, up, corner), key=lambda c: abs(guess - c)) & 255
        yield line
        before = line


def smaller(png):
    parts = list(chunks(png))
    width, height, depth, kind = struct.unpack_from(">IIBB", parts[0][1])
    step = {2: 3, 6: 4}[kind]
    assert depth == 8
    lines = [[tuple(line[i:i + 3]) for i in range(0, len(line), step)]
             for line in rows(zlib.decompress(b"".join(body for name, body in parts if name == b"IDAT")), width, height, step)]
    found = collections.Counter(pixel for line in lines for pixel in line)
    palette = [pixel for pixel, _ in found.most_common(256)]
    number = {pixel: i for i, pixel in enumerate(palette)}
    for pixel in found:
        if pixel not in number:
            number[pixel] = min(range(len(palette)), key=lambda i: sum((a - b) ** 2 for a, b in zip(palette[i], pixel)))
    data = zlib.compress(b"".join(b"\0" + bytes(number[pixel] for pixel in line) for line in lines), 9)
    out = b"\x89PNG\r\n\x1a\n"
    for name, body in ((b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)), (b"PLTE", b"".join(map(bytes, palette))),
                       (b"IDAT", data), (b"IEND", b"")):
        out += struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    return out
