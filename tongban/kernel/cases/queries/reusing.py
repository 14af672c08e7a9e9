"""Which materials of earlier cases can be used again in a case."""

import uuid

from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.cases import rules
from tongban.kernel.cases.models import Case, CaseMaterial
from tongban.kernel.cases.queries.reading import no_such_case, version_of

MOST_LOOKED_AT = 60
MOST_OFFERED = 3


class NothingToReuse(Problem):
    """A material of another applicant, of a draft, or of another kind."""

    code = "case.nothing_to_reuse"
    status = 422


def reusable(case: Case, by: Actor | None = None) -> dict[str, list[CaseMaterial]]:
    """By material of this case: files that the same applicant handed in before under the same name, newest first.

    Only of cases that were submitted, and each file once. `by` leaves those of cases that the actor may not edit: an agent
    for one item gets no papers of the principal's other cases.
    """
    subject = {"case__organisation_id": case.organisation_id}
    if case.organisation_id is None:
        subject["case__person_id"] = case.person_id
    rows = CaseMaterial.objects.filter(**subject, file__isnull=False, case__submitted_at__isnull=False)
    if by is not None:
        rows = rows.filter(case__in=rules.visible(by, "edit").values("pk"))
    rows = rows.exclude(case=case).select_related("file", "case").order_by("-id")[:MOST_LOOKED_AT]
    wanted = {one.name.zh: one for one in version_of(case).definition.materials}
    found: dict[str, list[CaseMaterial]] = {}
    for row in rows:
        name = next(
            (one.name.zh for one in version_of(row.case).definition.materials if one.id == row.material), ""
        )
        material = wanted.get(name)
        if material is None or row.file.name.rsplit(".", 1)[-1].lower() not in (*material.formats, "jpeg"):
            continue
        offered = found.setdefault(material.id, [])
        if len(offered) < MOST_OFFERED and all(one.digest != row.digest for one in offered):
            offered.append(row)
    return found


def case_to_check(actor: Actor, case_id: uuid.UUID) -> Case:
    """The case, locked, when the actor may compare its materials with their originals; raises NoSuchCase otherwise."""
    rows = rules.visible(actor, "accept") | rules.visible(actor, "examine")
    case = rows.filter(pk=case_id).select_for_update(of=("self",)).first()
    if case is None:
        raise no_such_case()
    return case


def source_of(row: CaseMaterial) -> CaseMaterial | None:
    """The material of an earlier case that this one uses again, with its case."""
    if row.reused_from_id is None:
        return None
    return CaseMaterial.objects.select_related("case").get(pk=row.reused_from_id)
