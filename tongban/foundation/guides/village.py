"""Whether a sentence asks somebody to fetch a proof from their village that no village may issue (民发〔2020〕20号). Pure.

Words alone decide, so that the same sentence always gets the same answer: in one sentence, a village as issuer that is to
issue, stamp or write something, and a proof of the negative list; unless the sentence says that it is not needed. A village
in an address, the police as issuer, or a proof of the list that another body issues is no reason to refuse.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_SENTENCE = re.compile(r"[^。；;！!？?\n]+")
# Bodies of self-government, whatever people call them; these are issuers wherever they stand.
_BODY = (
    r"(?:村委会|居委会|村民委员会|居民委员会|村（居）委会|村\(居\)委会|村居委会|村委|居委|村集体|社区工作站)"
)
# "社区" and "村" also stand in addresses and in names of other bodies: here only straight before a verb of issuing.
_AREA = (
    r"(?:村（社区）|村\(社区\)|村、社区|村里|(?<![街园])社区(?!戒毒|康复|矫正|卫生|医院|医疗)|所在村|本村)"
)
_ISSUES = r"(?:出具|开具|开立|开|出|盖章|加盖|签章|签字|签名|写|打|证明)"
_ASKED = re.compile(
    rf"(?P<body>{_BODY}).{{0,8}}?{_ISSUES}|(?P<area>{_AREA}).{{0,3}}?{_ISSUES}|(?P<of>{_BODY})的"
)
_NOT = re.compile(
    r"(?:无需|无须|毋须|不用|不需要|不必|不要求|不得|不再|不能|不应|不要|免于|取消)[^，,]{0,12}$"
)


def named(text: str, negative: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """The proofs of the negative list that a text names, in the list's order."""
    for one in negative:
        if one["name"]["zh"] in text or any(word in text for word in one["words"]):
            yield one


def banned_in(text: str, negative: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The first proof of the negative list for which a text sends somebody to their village; None for any other text."""
    for sentence in _SENTENCE.findall(text):
        if any(not _NOT.search(sentence[: found.start()]) for found in _ASKED.finditer(sentence)):
            banned = next(named(sentence, negative), None)
            if banned is not None:
                return banned
    return None
