#!/usr/bin/env python3
"""Checks evidence from the sealed log of a Tongban installation. Stands alone: Python 3.8 or newer, nothing else.

    python3 check_evidence.py evidence.json --key FINGERPRINT [--file letter.pdf] [--older earlier.json --grown proof.json]
    python3 check_evidence.py --log log.jsonl --key FINGERPRINT [--older earlier.json]

`evidence.json` is what the site gives for a case: events, the proof that each is in the log, and the signed head of the
log. `--key` is the fingerprint of the log's key as you learned it elsewhere, not from the file: its first 16 hexadecimal signs or more.
Evidence with `content` shows what was handed in: its digest must be in one of the events. `--file` must be a file of which
one of the events holds the digest. `--older` is evidence or a head that you kept: the log must begin with what it was then,
shown by `proof.json` or by the whole log. `--stamp NAME` writes what a third party stamped and its stamp (RFC 3161) into NAME.txt and
NAME.tst, for `openssl ts -verify -data NAME.txt -in NAME.tst -token_in -CAfile ROOTS.pem`. Exit code 0 when everything holds.
"""

import argparse
import base64
import hashlib
import json
import sys
from pathlib import Path

# The curve P-256 (FIPS 186-4, D.1.2.3).
P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
FORMAT = "tongban-evidence/1"


class Wrong(Exception):
    """Something does not hold; the message says what."""


def need(holds, what):
    """Raise Wrong with `what` unless it holds."""
    if not holds:
        raise Wrong(what)


# ---------------------------------------------------------------------------------------------------------- signatures


def add(one, two):
    """The sum of two points; None is the point at infinity."""
    if one is None or two is None:
        return two if one is None else one
    if one[0] == two[0]:
        if (one[1] + two[1]) % P == 0:
            return None
        slope = (3 * one[0] * one[0] - 3) * pow(2 * one[1], -1, P)
    else:
        slope = (two[1] - one[1]) * pow(two[0] - one[0], -1, P)
    x = (slope * slope - one[0] - two[0]) % P
    return x, (slope * (one[0] - x) - one[1]) % P


def times(number, point):
    """A point added to itself so many times."""
    found = None
    while number:
        if number & 1:
            found = add(found, point)
        point, number = add(point, point), number >> 1
    return found


def signed(content, signature, x, y):
    """Whether 64 bytes r and s are an ECDSA signature over SHA-256 of the content; of two equal forms only one counts."""
    if len(signature) != 64 or (y * y - x * x * x + 3 * x - B) % P:
        return False
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if not (0 < r < N and 0 < s <= N // 2):
        return False
    digest = int.from_bytes(hashlib.sha256(content).digest(), "big")
    inverse = pow(s, -1, N)
    point = add(times(digest * inverse % N, G), times(r * inverse % N, (x, y)))
    return point is not None and point[0] % N == r


# ----------------------------------------------------------------------------------------------- the tree of RFC 9162, 2


def written(document):
    """The bytes of a document: with sorted keys, without blanks."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def leaf(document):
    """The hash of an entry."""
    return hashlib.sha256(b"\x00" + written(document)).digest()


def node(left, right):
    """The hash over two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def included(entry, number, size, proof):
    """The root to which a proof leads from an entry's hash (2.1.3.2)."""
    need(0 <= number < size, "an entry's number is not below the size of the log")
    found, place, last = entry, number, size - 1
    for sibling in proof:
        need(last > 0, "a proof is too long")
        if place % 2 or place == last:
            found = node(sibling, found)
            while place and not place % 2:
                place, last = place >> 1, last >> 1
        else:
            found = node(found, sibling)
        place, last = place >> 1, last >> 1
    need(last == 0, "a proof is too short")
    return found


def grown(old, old_root, size, new_root, proof):
    """Raise Wrong unless the proof shows that the log of `size` begins with that of `old` entries (2.1.4.2)."""
    need(0 < old <= size, "the older log is longer than the newer")
    if old == size:
        need(old_root == new_root, "two heads of the same size have different roots")
        return
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    need(path, "the proof of growth is empty")
    place, last = old - 1, size - 1
    while place % 2:
        place, last = place >> 1, last >> 1
    first = second = path[0]
    for sibling in path[1:]:
        need(last > 0, "the proof of growth is too long")
        if place % 2 or place == last:
            first, second = node(sibling, first), node(sibling, second)
            while place and not place % 2:
                place, last = place >> 1, last >> 1
        else:
            second = node(second, sibling)
        place, last = place >> 1, last >> 1
    need(last == 0, "the proof of growth is too short")
    need(first == old_root, "the log does not begin with what it was: entries were changed or taken away")
    need(second == new_root, "the proof of growth does not lead to the newer head")


def roots(hashes, sizes):
    """The root of the log at each of the sizes."""
    parts, wanted, found = [], sorted(set(sizes)), {}
    for count, one in enumerate(hashes, 1):
        size = 1
        while parts and parts[-1][0] == size:
            one, size = node(parts.pop()[1], one), size * 2
        parts.append((size, one))
        if wanted and count == wanted[0]:
            root = parts[-1][1]
            for _, part in reversed(parts[:-1]):
                root = node(part, root)
            found[wanted.pop(0)] = root
    return found


# --------------------------------------------------------------------------------------------------------- what is given


def key_of(document, pinned):
    """The log's key in a document, which must be the one that was pinned."""
    need(document.get("format") == FORMAT, f"this is not evidence of the format {FORMAT}")
    x, y = int(document["key"]["x"], 16), int(document["key"]["y"], 16)
    own = hashlib.sha256(x.to_bytes(32, "big") + y.to_bytes(32, "big")).hexdigest()
    need(len(pinned) >= 16, "give at least 16 signs of the key's fingerprint")
    need(own.startswith(pinned.lower()), f"the file is signed with the key {own}, not with {pinned}")
    return x, y


def head_text(head):
    """The bytes that are signed, and stamped, of a head."""
    return f"{head['origin']}\n{head['size']}\n{head['root']}\n{head['at']}\n".encode()


def check_head(head, key):
    """Raise Wrong unless the head is signed with the key."""
    need(
        len(head["root"]) == 64 and head["root"] == head["root"].lower(), "a root is not 64 hexadecimal signs"
    )
    need(
        signed(head_text(head), bytes.fromhex(head["signature"]), *key),
        f"the signature over the head of {head['size']} entries is not the log's",
    )


def digests(value):
    """Every text in a document, at any depth."""
    if isinstance(value, dict):
        for one in value.values():
            yield from digests(one)
    elif isinstance(value, list):
        for one in value:
            yield from digests(one)
    elif isinstance(value, str):
        yield value


def check_evidence(document, options):
    """Raise Wrong unless every entry is in the log that the head signs; returns a sentence."""
    key, head = key_of(document, options.key), document["head"]
    need(head is not None, "nothing of this was sealed yet; fetch the evidence again in a minute")
    root = bytes.fromhex(head["root"])
    need(document["entries"], "there is no entry in the file")
    for entry in document["entries"]:
        proof = [bytes.fromhex(one) for one in entry["proof"]]
        found = included(leaf(entry["document"]), entry["number"], head["size"], proof)
        need(found == root, f"entry {entry['number']} is not what was sealed")
    check_head(head, key)
    if options.file:
        digest = hashlib.sha256(Path(options.file).read_bytes()).hexdigest()
        held = any(digest == text for entry in document["entries"] for text in digests(entry["document"]))
        need(held, f"none of the sealed events holds the digest of {options.file}")
    if options.stamp:
        need(document.get("stamp"), "no time stamp is with this evidence")
        Path(f"{options.stamp}.txt").write_bytes(head_text(head))
        Path(f"{options.stamp}.tst").write_bytes(base64.b64decode(document["stamp"]["token"]))
    if "content" in document:
        digest = hashlib.sha256(written(document["content"])).hexdigest()
        held = any(digest == text for entry in document["entries"] for text in digests(entry["document"]))
        need(held, "the content is not what was handed in: none of the sealed events holds its digest")
    if options.older:
        older = read_head(options.older)
        check_head(older, key)
        need(older["origin"] == head["origin"], "the older head is of another log")
        path = []
        if older["size"] != head["size"]:
            need(options.grown, "--older of another size needs --grown")
            path = [bytes.fromhex(one) for one in read(options.grown)["proof"]]
        grown(older["size"], bytes.fromhex(older["root"]), head["size"], root, path)
    return f"{len(document['entries'])} events, sealed in the log of {head['size']} entries on {head['at']}"


def read(path):
    """The JSON document in a file."""
    return json.loads(Path(path).read_text(encoding="utf-8"))


def read_head(path):
    """The head in evidence, or a head by itself."""
    document = read(path)
    return document.get("head", document)


def check_log(path, options):
    """Raise Wrong unless a whole log gives the root of every head that it holds; returns a sentence."""
    rows = [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]
    key = key_of(rows[0], options.key)
    entries = [row for row in rows[1:] if "head" not in row]
    heads = [row["head"] for row in rows[1:] if "head" in row]
    need(heads, "the log has no signed head")
    for place, entry in enumerate(entries):
        need(entry["number"] == place, f"entry {place} is missing or out of its place")
        need(entry["document"] is not None, f"the event of entry {place} is gone")
    if options.older:
        heads.append(read_head(options.older))
    found = roots((leaf(entry["document"]) for entry in entries), [head["size"] for head in heads])
    for head in heads:
        size = head["size"]
        need(size in found, f"a head of {size} entries was signed, the log has {len(entries)}")
        need(found[size].hex() == head["root"], f"the log is not what was signed at {size} entries")
        check_head(head, key)
    return f"{len(entries)} entries under {len(heads)} signed heads"


def main(arguments=None):
    """Check what the command line names; 0 when everything holds, 1 when not, 2 when it cannot be read."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("evidence", nargs="?")
    parser.add_argument("--log")
    parser.add_argument("--key", required=True)
    parser.add_argument("--file")
    parser.add_argument("--older")
    parser.add_argument("--grown")
    parser.add_argument("--stamp")
    options = parser.parse_args(arguments)
    if bool(options.evidence) == bool(options.log):
        parser.error("give either evidence or --log")
    try:
        said = (
            check_log(options.log, options)
            if options.log
            else check_evidence(read(options.evidence), options)
        )
    except Wrong as wrong:
        print(f"WRONG: {wrong}")
        return 1
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        print(f"UNREADABLE: {type(error).__name__}: {error}")
        return 2
    print(f"GENUINE: {said}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
