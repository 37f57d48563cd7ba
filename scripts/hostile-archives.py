#!/usr/bin/env python3
"""Makes archives that try to do harm, for tests of unpacking: scripts/hostile-archives.py FOLDER VICTIM.

VICTIM is the absolute path of a folder that nothing may change. For each archive one line is printed: its name, what
should become of it, and the password to try ("-" for none). What should become of it is one of

    whole    everything is unpacked
    passed   something is passed over, the rest is unpacked
    error    reading ends with an error
    some     any of these: the archive can be read in more than one way

Only Python's own library is used, and what it refuses to write is put together by hand.
"""

import bz2
import gzip
import io
import lzma
import os
import struct
import sys
import tarfile
import warnings
import zipfile
import zlib

FOLDER, VICTIM = sys.argv[1], sys.argv[2]
MIB = 1 << 20
# Writing one name twice is what is wanted.
warnings.simplefilter("ignore")


def save(name, fate, data, password="-"):
    with open(os.path.join(FOLDER, name), "wb") as file:
        file.write(data)
    print(name, fate, password, sep="\t")


# Tar.


def entry(name, kind=tarfile.REGTYPE, data=b"evil", **more):
    info = tarfile.TarInfo(name)
    info.type = kind
    info.size = len(data) if kind == tarfile.REGTYPE else 0
    for key, value in more.items():
        setattr(info, key, value)
    return info, data


def folder(name):
    return entry(name, tarfile.DIRTYPE, mode=0o755)


def link(name, to):
    return entry(name, tarfile.SYMTYPE, linkname=to)


def hard(name, to):
    return entry(name, tarfile.LNKTYPE, linkname=to)


def tar(*entries, format=tarfile.PAX_FORMAT):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=format) as archive:
        for info, data in entries:
            archive.addfile(info, io.BytesIO(data) if info.isreg() else None)
    return buffer.getvalue()


def checked(header):
    """The header with its checksum."""
    header = bytearray(header)
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header)


def raw_header(name, size_field, kind=b"0"):
    header = bytearray(512)
    header[0 : len(name)] = name
    header[100:108] = b"0000644\0"
    header[108:124] = b"0000000\0" * 2
    header[124 : 124 + len(size_field)] = size_field
    header[136:148] = b"00000000000\0"
    header[156:157] = kind
    header[257:265] = b"ustar\00000"
    return checked(header)


def padded(data):
    return data + bytes(-len(data) % 512)


END = bytes(1024)


def pax(records):
    body = b""
    for key, value in records:
        rest = b" " + key + b"=" + value + b"\n"
        length = len(rest) + 1
        while len(str(length)) + len(rest) != length:
            length = len(str(length)) + len(rest)
        body += str(length).encode() + rest
    return raw_header(b"PaxHeader", b"%011o\0" % len(body), b"x") + padded(body)


def tar_traversals():
    good = entry("good.txt", data=b"good")
    above = "../victim/canary.txt"
    save("tar-absolute.tar", "passed", tar(good, entry(f"{VICTIM}/canary.txt")))
    save("tar-many-slashes.tar", "passed", tar(good, entry(f"////{VICTIM}/canary.txt")))
    save("tar-climbs.tar", "passed", tar(good, entry(above)))
    save("tar-climbs-later.tar", "passed", tar(good, entry("a/b/../../../victim/canary.txt")))
    save("tar-climbs-dots.tar", "passed", tar(good, entry("./.././victim/canary.txt")))
    save("tar-folder-climbs.tar", "passed", tar(good, folder("a/../..")))
    save("tar-only-dots.tar", "passed", tar(good, entry("..")))
    save("tar-link-up.tar", "passed", tar(good, link("up", ".."), entry("up/victim/canary.txt")))
    save("tar-link-absolute.tar", "passed", tar(good, link("out", VICTIM), entry("out/canary.txt")))
    chain = tar(good, link("a", "."), link("b", "a/.."), entry("b/victim/canary.txt"))
    save("tar-link-chain.tar", "passed", chain)
    deep = tar(good, folder("d/e"), link("d/e/up", "../.."), link("z", "d/e/up/.."), entry("z/victim/canary.txt"))
    save("tar-link-deep.tar", "passed", deep)
    inside = tar(good, folder("d"), link("in", "d"), entry("in/file.txt"))
    save("tar-link-inside-then-through.tar", "passed", inside)
    save("tar-link-then-file.tar", "passed", tar(good, link("f", above), entry("f")))
    save("tar-link-to-file-absolute.tar", "passed", tar(good, link("f", f"{VICTIM}/canary.txt"), entry("f")))
    swapped = tar(good, folder("d"), link("d", "../victim"), entry("d/canary.txt"))
    save("tar-folder-becomes-link.tar", "passed", swapped)
    save("tar-hard-link-climbs.tar", "passed", tar(good, hard("h", above), entry("h")))
    save("tar-hard-link-absolute.tar", "passed", tar(good, hard("h", f"{VICTIM}/canary.txt"), entry("h")))
    via = tar(good, link("l", above), hard("h", "l"), entry("h"))
    save("tar-hard-link-to-link.tar", "passed", via)
    inner = tar(good, link("l", "good.txt"), hard("h", "l"))
    save("tar-hard-link-to-inner-link.tar", "passed", inner)
    save("tar-hard-link-to-itself.tar", "passed", tar(good, hard("h", "h")))
    save("tar-hard-link-cycle.tar", "passed", tar(good, hard("a", "b"), hard("b", "a")))
    save("tar-link-cycle.tar", "passed", tar(good, link("a", "b"), link("b", "a"), entry("a/file")))
    save("tar-link-to-itself.tar", "passed", tar(good, link("a", "a"), entry("a/a/a/file")))
    full = raw_header(b"h", b"%011o\0" % 4, b"1")
    full = bytearray(full)
    full[157 : 157 + len(above)] = above.encode()
    save("tar-hard-link-with-content.tar", "some", checked(full) + padded(b"evil") + END)


def tar_oddities():
    good = entry("good.txt", data=b"good")
    devices = [
        entry("null", tarfile.CHRTYPE, devmajor=1, devminor=3),
        entry("disk", tarfile.BLKTYPE, devmajor=8, devminor=0),
        entry("pipe", tarfile.FIFOTYPE),
    ]
    save("tar-devices.tar", "passed", tar(good, *devices))
    save("tar-same-name.tar", "whole", tar(entry("a", data=b"first"), entry("a", data=b"second")))
    save("tar-file-then-folder.tar", "passed", tar(good, entry("a"), folder("a"), entry("a/b")))
    save("tar-folder-then-file.tar", "passed", tar(good, folder("a"), entry("a")))
    save("tar-case-clash.tar", "whole", tar(entry("File"), entry("file"), entry("FILE")))
    save("tar-temporary-name.tar", "whole", tar(*[entry(f".drover-{os.getpid()}-{n}.part") for n in range(9)]))
    save("tar-set-user-id.tar", "whole", tar(entry("su", mode=0o6755, uid=0), entry("bare", mode=0)))
    save("tar-negative-time.tar", "whole", tar(entry("old", mtime=-62135596800)))
    save("tar-huge-time.tar", "some", pax([(b"mtime", b"1" + b"0" * 30)]) + raw_header(b"t", b"%011o\0" % 0) + END)
    save("tar-huge-owner.tar", "whole", tar(entry("o", uid=1 << 40, gid=1 << 40)))
    save("tar-long-name.tar", "passed", tar(good, entry("n" * 300)))
    save("tar-long-path.tar", "passed", tar(good, entry("/".join(["p" * 200] * 30))))
    save("tar-deep.tar", "passed", tar(good, entry("d/" * 2000 + "f")))
    save("tar-path-of-10-mb.tar", "some", tar(good, entry("x" * (10 * MIB))))
    save("tar-link-of-1-mb.tar", "some", tar(good, link("l", "x" * MIB)))
    nul = pax([(b"path", b"good.txt\0/../../victim/canary.txt")]) + raw_header(b"n", b"%011o\0" % 4) + padded(b"evil")
    save("tar-nul-in-name.tar", "some", nul + END)
    save("tar-empty-name.tar", "some", raw_header(b"", b"%011o\0" % 4) + padded(b"evil") + END)
    save("tar-control-names.tar", "whole", tar(entry("a\x1b[2Jb\r\n\x07"), entry("\u202etxt.exe")))
    save("tar-bytes-no-utf8.tar", "some", raw_header(b"\xff\xfe\xfd", b"%011o\0" % 4) + padded(b"evil") + END)
    save("tar-empty.tar", "whole", bytes(10240))
    save("tar-in-tar.tar", "whole", tar(entry("inner.tar", data=tar(entry("../../victim/canary.txt")))))


def tar_damage():
    whole = tar(entry("one", data=b"1" * 700), entry("two", data=b"2" * 700), format=tarfile.USTAR_FORMAT)
    for count in (1, 100, 511, 513, 700, 1500, 1536, 2000, 2048, 2500):
        save(f"tar-cut-at-{count}.tar", "error", whole[:count])
    save("tar-without-end.tar", "error", whole[:3072])
    bad = bytearray(whole)
    bad[1536 + 150] ^= 1
    save("tar-bad-checksum.tar", "error", bytes(bad))
    save("tar-size-8-eib.tar", "error", raw_header(b"big", b"\x80\0\0\0\x7f" + b"\xff" * 7) + padded(b"x") + END)
    save("tar-size-negative.tar", "error", raw_header(b"neg", b"\xff" * 12) + padded(b"x") + END)
    save("tar-size-too-large.tar", "error", raw_header(b"big", b"%011o\0" % (1 << 30)) + padded(b"x") + END)
    save("tar-size-no-number.tar", "some", raw_header(b"odd", b"zzzzzzzzzzz\0") + padded(b"x") + END)
    save("tar-pax-of-2-gib.tar", "error", raw_header(b"p", b"%011o\0" % (1 << 31), b"x") + padded(b"1") + END)
    save("tar-pax-nonsense.tar", "error", raw_header(b"p", b"%011o\0" % 9, b"x") + padded(b"99 path=a") + END)
    save("tar-pax-without-entry.tar", "error", pax([(b"path", b"a")]))
    many = tar(*[entry(f"f{number}", data=b"") for number in range(20_000)], format=tarfile.USTAR_FORMAT)
    save("tar-20000-entries.tar.gz", "error", gzip.compress(many))
    sparse = [(b"GNU.sparse.major", b"1"), (b"GNU.sparse.minor", b"0"), (b"GNU.sparse.name", b"s")]
    for name, size, numbers in (
        ("overlapping", 8192, [0, 4096, 0, 4096]),
        ("beyond-end", 512, [1 << 62, 512]),
        ("of-4-eib", 1 << 62, [0, 4]),
        ("of-a-million-holes", 1 << 40, [1_000_000]),
    ):
        text = b"".join(b"%d\n" % number for number in [len(numbers) // 2 or numbers.pop(0)] + numbers)
        body = padded(text) + padded(b"evil")
        head = pax(sparse + [(b"GNU.sparse.realsize", b"%d" % size)])
        save(f"tar-sparse-{name}.tar", "some", head + raw_header(b"s", b"%011o\0" % len(body)) + body + END)


# What compresses.


def compressed():
    small = tar(entry("good.txt", data=b"good" * 1000))
    packed = gzip.compress(small)
    zeros = tar(entry("zeros", data=bytes(64 * MIB)))
    save("bomb.tar.gz", "error", gzip.compress(zeros, 9))
    save("bomb.tar.bz2", "error", bz2.compress(zeros))
    save("bomb.tar.xz", "error", lzma.compress(zeros, preset=0))
    save("gzip-trailing-garbage.tar.gz", "some", packed + b"garbage" * 100)
    for count in (5, 12, 60, len(packed) - 9):
        save(f"gzip-cut-at-{count}.tar.gz", "error", packed[:count])
    flipped = bytearray(packed)
    flipped[len(packed) // 2] ^= 0xFF
    save("gzip-damaged.tar.gz", "error", bytes(flipped))
    crc = bytearray(packed)
    crc[-8] ^= 1
    save("gzip-bad-checksum.tar.gz", "error", bytes(crc))
    xz = bytearray(lzma.compress(small))
    xz[len(xz) // 2] ^= 0xFF
    save("xz-damaged.tar.xz", "error", bytes(xz))
    bz = bytearray(bz2.compress(small))
    bz[len(bz) // 2] ^= 0xFF
    save("bzip2-damaged.tar.bz2", "error", bytes(bz))
    nested = small
    for _ in range(30):
        nested = gzip.compress(nested)
    save("gzip-30-times.tar.gz", "error", nested)


# Zip.


def zipped(*entries, compression=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, data, mode in entries:
            info = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            info.filename = name
            info.create_system = 3
            info.external_attr = mode << 16
            info.compress_type = compression
            archive.writestr(info, data)
    return buffer.getvalue()


FILE, LINK = 0o100644, 0o120777


def local(name, data, size=None, crc=None, flags=0, method=0):
    size = len(data) if size is None else size
    crc = zlib.crc32(data) if crc is None else crc
    fields = (0x04034B50, 20, flags, method, 0, 0x21, crc, len(data), size, len(name), 0)
    return struct.pack("<IHHHHHIIIHH", *fields) + name + data


def central(name, packed, size, crc, offset, flags=0, method=0, mode=FILE):
    fields = (0x02014B50, 0x031E, 20, flags, method, 0, 0x21, crc, packed, size, len(name), 0, 0, 0, 0, mode << 16)
    return struct.pack("<IHHHHHHIIIHHHHHII", *fields, offset) + name


def end_record(count, size, offset):
    return struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, size, offset, 0)


def one_entry(name, data, central_name=None, **lies):
    head = local(name, data, **{key: lies[key] for key in ("size", "crc", "flags", "method") if key in lies})
    size, crc = lies.get("size", len(data)), lies.get("crc", zlib.crc32(data))
    flags, method = lies.get("flags", 0), lies.get("method", 0)
    directory = central(central_name or name, len(data), size, crc, 0, flags, method)
    return head + directory + end_record(1, len(directory), len(head))


def zip_cases():
    good = ("good.txt", b"good", FILE)
    canary = "../victim/canary.txt"
    save("zip-climbs.zip", "passed", zipped(good, (canary, b"evil", FILE)))
    save("zip-absolute.zip", "passed", zipped(good, (f"{VICTIM}/canary.txt", b"evil", FILE)))
    save("zip-backslashes.zip", "some", zipped(good, ("..\\victim\\canary.txt", b"evil", FILE)))
    save("zip-drive.zip", "whole", zipped(good, ("C:\\victim\\canary.txt", b"evil", FILE), ("C:x", b"evil", FILE)))
    save("zip-link-up.zip", "passed", zipped(good, ("up", b"..", LINK), ("up/victim/canary.txt", b"evil", FILE)))
    save("zip-link-then-file.zip", "some", zipped(good, ("f", canary.encode(), LINK), ("f", b"evil", FILE)))
    save("zip-long-link.zip", "some", zipped(good, ("l", b"x" * MIB, LINK)))
    save("zip-device.zip", "some", zipped(good, ("null", b"", 0o020666)))
    save("zip-same-name.zip", "whole", zipped(("a", b"1", FILE), ("a", b"2", FILE)))
    save("zip-nul-in-name.zip", "some", one_entry(b"good.txt\0/../../victim/canary.txt", b"evil"))
    save("zip-empty-name.zip", "some", one_entry(b"", b"evil"))
    save("zip-two-names.zip", "some", one_entry(b"good.txt", b"evil", central_name=canary.encode()))
    save("zip-bad-checksum.zip", "error", one_entry(b"a", b"content", crc=1))
    save("zip-size-too-large.zip", "error", one_entry(b"a", b"content", size=1 << 31))
    save("zip-size-too-small.zip", "error", one_entry(b"a", zlib.compress(bytes(5 * MIB))[2:-4], size=4, method=8))
    save("zip-unknown-method.zip", "error", one_entry(b"a", b"content", method=77))
    whole = zipped(good, ("b", b"b" * 1000, FILE))
    for count in (2, 10, 30, 60, len(whole) - 30, len(whole) - 1):
        save(f"zip-cut-at-{count}.zip", "error", whole[:count])
    directory = central(b"a", 4, 4, 0, 0) * 3
    save("zip-lying-count.zip", "some", local(b"a", b"evil") + directory + end_record(65_535, len(directory), 35))
    save("zip-directory-outside.zip", "error", local(b"a", b"evil") + end_record(1, 1 << 31, 1 << 31))
    save("zip-bomb.zip", "error", zipped(("zeros", bytes(64 * MIB), FILE)))
    save("zip-in-zip.zip", "whole", zipped(("inner.zip", zipped((canary, b"evil", FILE)), FILE)))
    overlapping()
    encrypted()


def overlapping():
    """Many entries that share one body, each by a head of its own inside the body before (David Fifield's trick)."""
    compress = zlib.compressobj(9, zlib.DEFLATED, -15)
    kernel = compress.compress(bytes(8 * MIB)) + compress.flush()
    crc = zlib.crc32(bytes(8 * MIB))
    names = [b"%03d" % number for number in range(200)]
    head = local(names[0], kernel, size=8 * MIB, crc=crc, method=8)
    directory = b"".join(central(name, len(kernel), 8 * MIB, crc, 0, method=8) for name in names)
    save("zip-shared-head.zip", "some", head + directory + end_record(200, len(directory), len(head)))
    # Stored blocks of deflate that quote the heads that follow.
    files = [(names[-1], kernel, 8 * MIB, crc)]
    for name in reversed(names[:-1]):
        after, body, size, _ = files[0]
        quoted = local(after, body, size=size, crc=files[0][3], method=8)[: 30 + len(after)]
        block = struct.pack("<BHH", 0, len(quoted), len(quoted) ^ 0xFFFF) + quoted
        files.insert(0, (name, block + body, size + len(quoted), 0))
    data, directory = b"", b""
    for index, (name, body, size, crc) in enumerate(files):
        head = local(name, b"", size=size, crc=crc, method=8)[:-0 or None]
        head = bytearray(head[: 30 + len(name)])
        struct.pack_into("<I", head, 18, len(body))
        directory += central(name, len(body), size, crc, len(data), method=8)
        data += bytes(head)
        if index + 1 < len(files):
            data += body[:5]
    data += kernel
    save("zip-overlapping.zip", "error", data + directory + end_record(len(files), len(directory), len(data)))


def encrypted():
    """The old cipher of zip, which Python reads but does not write (APPNOTE 6.1)."""
    table = [0] * 256
    for number in range(256):
        value = number
        for _ in range(8):
            value = value >> 1 ^ (0xEDB88320 if value & 1 else 0)
        table[number] = value

    def cipher(data, password):
        keys = [0x12345678, 0x23456789, 0x34567890]

        def update(byte):
            keys[0] = table[(keys[0] ^ byte) & 0xFF] ^ keys[0] >> 8
            keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
            keys[2] = table[(keys[2] ^ keys[1] >> 24) & 0xFF] ^ keys[2] >> 8

        for byte in password:
            update(byte)
        out = bytearray()
        for byte in data:
            number = (keys[2] | 2) & 0xFFFF
            out.append(byte ^ (number * (number ^ 1) >> 8) & 0xFF)
            update(byte)
        return bytes(out)

    content = b"nobody may read this" * 10
    crc = zlib.crc32(content)
    body = cipher(b"0123456789A" + bytes([crc >> 24]) + content, b"right")
    head = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 1, 0, 0, 0x21, crc, len(body), len(content), 1, 0) + b"s" + body
    directory = central(b"s", len(body), len(content), crc, 0, flags=1)
    data = head + directory + end_record(1, len(directory), len(head))
    save("zip-encrypted.zip", "error", data)
    save("zip-wrong-password.zip", "error", data, "wrong")
    save("zip-right-password.zip", "whole", data, "right")


# The rest.


def cpio(*entries):
    data = b""
    for name, content, mode in entries + (("TRAILER!!!", b"", 0),):
        name = name.encode() + b"\0"
        fields = (1, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name), 0)
        head = b"070701" + b"".join(b"%08x" % field for field in fields) + name
        data += head + bytes(-len(head) % 4) + content + bytes(-len(content) % 4)
    return data


def others():
    good = ("good.txt", b"good", FILE)
    save("cpio-climbs.cpio", "passed", cpio(good, ("../victim/canary.txt", b"evil", FILE)))
    save("cpio-link.cpio", "passed", cpio(good, ("out", VICTIM.encode(), LINK), ("out/canary.txt", b"evil", FILE)))
    save("cpio-device.cpio", "passed", cpio(good, ("null", b"", 0o020666)))
    save("cpio-cut.cpio", "error", cpio(good, good)[:200])
    save("cpio-without-end.cpio", "error", cpio(good)[:124])
    lying = bytearray(cpio(good))
    lying[94:102] = b"ffffffff"
    save("cpio-name-of-4-gib.cpio", "error", bytes(lying))
    save("7z-nonsense.7z", "error", b"7z\xbc\xaf\x27\x1c\0\4" + bytes(range(200)))
    save("7z-head-only.7z", "error", b"7z\xbc\xaf\x27\x1c")
    save("empty", "error", b"")
    save("text.tar", "error", b"This is no archive at all.\n" * 100)
    save("noise.zip", "error", bytes((number * 7919 >> 3) & 0xFF for number in range(5000)))


tar_traversals()
tar_oddities()
tar_damage()
compressed()
zip_cases()
others()
