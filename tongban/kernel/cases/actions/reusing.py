"""A material that was handed in once: used again in another case, and looked at once by a window for all cases to come."""

import uuid

from tongban.foundation import time
from tongban.kernel.access.calc import Actor
from tongban.kernel.cases import queries, states
from tongban.kernel.cases.actions.filing import add_material
from tongban.kernel.cases.models import CaseMaterial
from tongban.kernel.cases.states import Grade
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action


@action
def reuse_material(*, case_id: uuid.UUID, material: str, source_id: uuid.UUID, by: Actor) -> CaseMaterial:
    """Use a file that the applicant handed in with an earlier case; it keeps its digest, and a grade B stays one.

    Raises NoSuchCase, NothingToReuse, VerbNotPossible, NotAskedFor.
    """
    case = queries.case_for(by, case_id, "edit")
    source = next(
        (row for row in queries.reusable(case, by).get(material, []) if row.pk == source_id),
        None,
    )
    if source is None:
        raise queries.NothingToReuse(
            sentence_zh="这份材料不能在本申请中复用。",
            sentence_en="This material cannot be used again in this application.",
            todo_zh="请重新上传。",
            todo_en="Upload it again.",
        )
    row = add_material(case_id=case_id, material=material, file=source.file, by=by)
    row.reused_from, row.grade = source, source.grade
    row.checked_by, row.checked_at = source.checked_by, source.checked_at
    row.save()
    payload = {"material": material, "sha256": row.digest, "from": str(source.case_id)}
    events.record(name=states.MATERIAL_REUSED, about=case, by=by, payload=payload)
    # The ledger of the earlier case names the new one: who holds the file there can see where it went.
    back = {"material": source.material, "sha256": row.digest, "to": str(case.pk)}
    events.record(name=states.MATERIAL_REUSED, about=source.case, by=by, payload=back)
    return row


@action
def check_original(*, case_id: uuid.UUID, row_id: uuid.UUID, by: Actor) -> CaseMaterial | None:
    """The window has compared an upload with its original: from C to B, here and wherever it is used again.

    Raises NoSuchCase; None when there is nothing to compare any more.
    """
    case = queries.case_to_check(by, case_id)
    row = CaseMaterial.objects.filter(pk=row_id, case=case, file__isnull=False, grade=Grade.UPLOADED).first()
    if row is not None:
        row.grade, row.checked_by, row.checked_at = Grade.CHECKED, by.account_id, time.now()
        row.save()
        payload = {"material": row.material, "sha256": row.digest}
        events.record(name=states.MATERIAL_CHECKED, about=case, by=by, payload=payload)
    return row
