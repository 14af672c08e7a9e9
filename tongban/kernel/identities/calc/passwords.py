"""What of a typed password is hashed, and what of its digest a breach service is told. Pure."""

import hashlib
import unicodedata

MOST = 128  # signs; enough for a sentence, and short enough that nobody makes us hash a book
_TOLD = 5  # of 40: each prefix is shared by some hundred thousand passwords that have leaked


def plain(typed: str) -> str | None:
    """The password as every keyboard sends it (NFKC: wide and narrow forms are one), blanks kept; None when too long.

    Its length is looked at before and after: what a person counts is what they typed, and normalising can lengthen it.
    """
    if len(typed) > MOST:
        return None
    normal = unicodedata.normalize("NFKC", typed)
    return normal if len(normal) <= MOST else None


def asked(password: str) -> tuple[str, str]:
    """The beginning of the digest, which a service is told, and the rest, for which we look in its answer."""
    # SHA-1 is how these services index; nothing here rests on its collisions.
    digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
    return digest[:_TOLD], digest[_TOLD:]


def named(rest: str, answer: str) -> bool:
    """Whether an answer (lines of the rest of a digest, a colon, how often it was seen) names this one.

    Lines that were seen 0 times are padding. Raises ValueError for lines that are none.
    """
    found = False
    for line in answer.splitlines():
        said, _, times = line.strip().partition(":")
        if int(times) and said.upper() == rest:
            found = True
    return found
