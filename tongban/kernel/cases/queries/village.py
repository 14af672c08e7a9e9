"""What an office must not send people to their village for, checked before it is said."""

from tongban.foundation.errors import Problem
from tongban.foundation.guides.village import banned_in
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.states import DocumentKind


class BannedProof(Problem):
    """A text asks for a proof that villages and communities no longer issue; the sentence says what to do instead."""

    code = "village.banned_proof"
    status = 422


def require_no_banned_proof(*texts: str) -> None:
    """Raise BannedProof when one of the texts sends the applicant to their village for a proof of the negative list."""
    held = catalogue.documents(DocumentKind.PACK).get("village-proofs", {})
    for text in texts:
        banned = banned_in(text, held.get("negative", ()))
        if banned is not None:
            name, instead, at = banned["name"], banned["instead"], banned["at"]
            raise BannedProof(
                sentence_zh=f"不得要求村（社区）出具“{name['zh']}”（{held['basis']}）。",
                sentence_en=f"A village must not be asked for a '{name['en']}'.",
                todo_zh=f"改为：{instead['zh'].rstrip('。')}（{at['zh']}）。请删去这项要求后再发出。",
                todo_en=f"Instead: {instead['en'].rstrip('.')} ({at['en']}). Take the request out and send it again.",
                about=banned["id"],
            )
