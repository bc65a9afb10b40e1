"""What the independent decoders have in common: their command line, and how lines are written."""
import glob
import json
import os
import sys
import zlib

# A payload of more bytes is described by their number and their CRC-32, where the protocol allows large ones.
LONG = 1024


def text(data):
    """UTF-8 as text, other bytes as hex."""
    try:
        return data.decode("utf-8", "strict")
    except UnicodeDecodeError:
        return {"hex": data.hex()}


def payload(data):
    """Hex, or what tells a long one from others."""
    return data.hex() if len(data) <= LONG else {"bytes": len(data), "crc32": zlib.crc32(data)}


def lines_of(units, path):
    """The lines of a file, whose units(data, path) yields."""
    with open(path, "rb") as file:
        data = file.read()
    return "".join(json.dumps(unit, ensure_ascii=False, separators=(",", ":")) + "\n" for unit in units(data, path))


def main(script, doc, units):
    """The decoder in this script, as its doc says."""
    arguments = sys.argv[1:]
    if arguments[:1] in (["--write"], ["--check"]):
        return siblings(os.path.dirname(os.path.abspath(script)), units, arguments[0] == "--write")
    if not arguments:
        print(doc.strip())
        return 2
    for path in arguments:
        sys.stdout.write(lines_of(units, path))
    return 0


def siblings(folder, units, write):
    """Write the .json of each .bin of a folder, or compare."""
    files = sorted(glob.glob(os.path.join(folder, "*.bin")))
    bad = 0
    for path in files:
        lines = lines_of(units, path)
        sibling = path[:-4] + ".json"
        if write:
            with open(sibling, "w", encoding="utf-8", newline="\n") as file:
                file.write(lines)
        elif not is_same(sibling, lines):
            bad += 1
            print("differs:", os.path.basename(sibling))
    print("%d files, %d differ" % (len(files), bad))
    return 1 if bad or not files else 0


def is_same(path, lines):
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return file.read() == lines
    except FileNotFoundError:
        return False
