"""Who has to sign an application before it can be handed in: named by the item, found in what was filled in. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tongban.foundation.criteria import Criterion
from tongban.kernel.catalogue.calc.parts import Text
from tongban.kernel.catalogue.calc.rows import rows_of


@dataclass(frozen=True)
class SignerRule:
    """One kind of signer: the fields, or the columns of a repeating group, that hold name and identity number."""

    role: Text
    name: str
    id_no: str
    rows: str
    when: Criterion | None


@dataclass(frozen=True)
class Signer:
    """Somebody who has to sign; in one act, however many parts they play."""

    id_no: str
    name: str
    roles: tuple[Text, ...]


@dataclass(frozen=True)
class Signing:
    """What an item says of signatures: who, at which level of assurance, and to what they put their name."""

    rules: tuple[SignerRule, ...]
    statement: Text
    level: int

    @classmethod
    def of(
        cls, data: Mapping[str, Any] | None, level: int, rule: Callable[[str | None], Criterion | None]
    ) -> "Signing | None":
        """As an item's data say it; None where nobody but the applicant answers for the application."""
        if data is None:
            return None
        text = data["statement"]
        return cls(
            tuple(
                SignerRule(
                    Text(one["role"]["zh"], one["role"].get("en", "")),
                    one["name"],
                    one["id_no"],
                    one.get("rows", ""),
                    rule(one.get("when")),
                )
                for one in data["who"]
            ),
            Text(text["zh"], text.get("en", "")),
            data.get("level", level),
        )

    def signers(self, values: Mapping[str, Any], answers: Mapping[str, Any]) -> list[Signer]:
        """Everybody who has to sign, in the order of the rules and rows. Who is not fully named yet is left out: the
        form says that itself. A condition that the data leave open asks for the signature rather than do without.
        """
        found: dict[str, Signer] = {}
        for one in self.rules:
            for row in rows_of(answers.get(one.rows)) if one.rows else [answers]:
                inside = {
                    **values,
                    **({f"row.{key}": value for key, value in row.items()} if one.rows else {}),
                }
                if one.when is not None and one.when.evaluate(inside).verdict is False:
                    continue
                id_no, name = str(row.get(one.id_no) or "").upper(), str(row.get(one.name) or "")
                if id_no and name:
                    known = found.get(id_no)
                    roles = _without_repeats((*(known.roles if known else ()), one.role))
                    found[id_no] = Signer(id_no, known.name if known else name, roles)
        return list(found.values())


def _without_repeats(roles: Iterable[Text]) -> tuple[Text, ...]:
    return tuple(dict.fromkeys(roles))
