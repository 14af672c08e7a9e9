"""Listens to parents and children: a parent that moved may open children, a child that ended lets its parent go on."""

from tongban.kernel.access.calc import Actor
from tongban.kernel.bundles import actions, queries, states
from tongban.kernel.cases import queries as cases
from tongban.kernel.cases import states as case_states
from tongban.kernel.events.models import Event
from tongban.kernel.events.states import ActorKind, last_part, subscribe
from tongban.kernel.notices import actions as notices

# After which verbs of a parent steps can be opened or closed that could not be before.
MOVES = (case_states.CHILD_STEP_OPENED, case_states.RESUMED, case_states.HEARING_HELD)


def _moved(name: str) -> None:
    def advanced(event: Event, prepared: None) -> None:
        actions.advance(case_id=event.subject_id)

    subscribe(name, name=f"advanced_{last_part(name)}")(advanced)


for _name in MOVES:
    _moved(_name)


@subscribe(case_states.CHILD_DECIDED)
def child_decided(event: Event, prepared: None) -> None:
    """Note what became of the child."""
    actions.note_end(child_id=event.subject_id)


@subscribe(case_states.CASE_DELETED)
def child_thrown_away(event: Event, prepared: None) -> None:
    """The applicant threw the draft of a child case away."""
    actions.note_thrown_away()


@subscribe(states.CHILD_CLOSED)
def parent_goes_on(event: Event, prepared: None) -> None:
    """What follows for the parent."""
    actions.advance(case_id=event.subject_id)


@subscribe(case_states.WITHDRAWN)
def children_withdrawn(event: Event, prepared: None) -> None:
    """Who withdraws the whole withdraws its parts."""
    case = cases.case(event.subject_id)
    by = Actor(kind=ActorKind.PERSON, account_id=event.actor_id, person_id=case.person_id)
    actions.withdraw_children(parent_id=case.pk, by=by)


@subscribe(states.CHILD_OPENED)
def asked_for_the_rest(event: Event, prepared: None) -> None:
    """Tell the applicant of a child case that could not be handed in by itself."""
    if event.payload["complete"]:
        return
    parent = cases.case(event.subject_id)
    row = queries.row_of(event.payload["child"])
    if row is None or row.child is None:
        return
    child = row.child
    notices.notify(
        account_id=parent.account_id,
        title=(f"还需要您补充：{child.item_name}", f"Something is still needed: {child.item_name}"),
        body=(
            f"“{parent.item_name}”（{parent.short_no}）中的“{child.item_name}”还有内容没有填完，请打开草稿补充后提交。",
            f"Part of {parent.short_no} could not be handed in by itself: open the draft, complete it and hand it in.",
        ),
        about=child,
        effect_key=f"{event.id}:notice",
    )
