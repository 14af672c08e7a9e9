"""The data that components take. Views make these, templates draw them; every optional thing has its default here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

LightKind = Literal["green", "yellow", "red", "paused"]
Tone = Literal["", "blue", "green", "amber", "red", "line"]


@dataclass(frozen=True)
class Link:
    """A link. `tone` colours a tag or a badge where the component has one."""

    label: str
    url: str
    icon: str = ""
    tone: Tone = ""
    current: bool = False


@dataclass(frozen=True)
class Light:
    """A light: how a limit stands, in words."""

    kind: LightKind
    text: str


@dataclass(frozen=True)
class Step:
    """A step of a wizard."""

    label: str
    state: Literal["done", "now", "todo"] = "todo"


@dataclass(frozen=True)
class Task:
    """A line of the task list. Without `url` it cannot be opened yet."""

    label: str
    url: str = ""
    state: Literal["done", "now", "todo", "blocked", "error"] = "todo"


@dataclass(frozen=True)
class TimelineEntry:
    """A station of a case. `when` is what people read, `moment` ISO for machines."""

    title: str
    when: str = ""
    moment: str = ""
    state: Literal["done", "now", "future"] = "future"
    text: str = ""
    links: Sequence[Link] = ()


@dataclass(frozen=True)
class Stage:
    """A box of the procedure strip in a guide."""

    title: str
    who: str = ""
    limit: str = ""


@dataclass(frozen=True)
class Fact:
    """One of the large figures on top of a guide."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Pair:
    """A name and its value; `source` and `change_url` only where the answer can be traced or changed."""

    label: str
    value: str
    source: str = ""
    change_url: str = ""


@dataclass(frozen=True)
class Check:
    """A condition or a pre-check: True met, False not met, None a person must look."""

    text: str
    verdict: bool | None
    note: str = ""
    link: Link | None = None


@dataclass(frozen=True)
class FileEntry:
    """A file already given. `size` is words ("4.2 MB")."""

    name: str
    size: str = ""
    url: str = ""
    remove_url: str = ""


@dataclass(frozen=True)
class Mark:
    """A point on the schematic map, as a link; `kind` colours it: hall, station, terminal, or here."""

    x: float
    y: float
    kind: str
    url: str
    said: str


@dataclass(frozen=True)
class Material:
    """A material of an application.

    `state`: waived (nothing to hand in, `how` says why), given, needed, later (may follow), optional.
    `upload_url` takes POST multipart, field "file"; `accept` is the value of the accept attribute. `resume_url` opens an
    upload that goes on after a break (tus).
    """

    id: str
    name: str
    state: Literal["waived", "given", "needed", "later", "optional"] = "needed"
    how: str = ""
    note: str = ""
    files: Sequence[FileEntry] = ()
    upload_url: str = ""
    resume_url: str = ""
    accept: str = ""
    limit: str = ""
    multiple: bool = False
    error: str = ""
    view_url: str = ""
    sample_url: str = ""
    reuse: Sequence["Reusable"] = ()

    @property
    def takes_photos(self) -> bool:
        """Whether a picture from a phone's camera, which is a JPEG, would be taken."""
        return ".jpg" in self.accept.split(",")


@dataclass(frozen=True)
class Reusable:
    """A file that was handed in before: from which service and day, and the address that uses it again (POST)."""

    name: str
    origin: str
    day: object
    url: str


@dataclass(frozen=True)
class Licence:
    """A credential as a card. `kind`: licence or proof (colour); `valid` False draws it grey."""

    title: str
    holder: str
    number: str
    until: str = ""
    url: str = ""
    state: str = ""
    kind: Literal["licence", "proof"] = "licence"
    valid: bool = True


@dataclass(frozen=True)
class Lamp:
    """A figure of the workbench that filters the queue. Without `kind` it is plain."""

    label: str
    count: int | str
    url: str
    kind: LightKind | Literal[""] = ""
    text: str = ""
    current: bool = False


@dataclass(frozen=True)
class QueueRow:
    """A case in the queue. Names arrive masked. `preview_url` answers with the inside of the preview pane."""

    number: str
    item: str
    url: str
    light: Light
    applicant: str
    agent: str = ""
    step: str = ""
    step_tone: Tone = "blue"
    marks: Sequence[str] = ()
    received: str = ""
    preview_url: str = ""


@dataclass(frozen=True)
class FilterOption:
    """One value of a filter; "" is all."""

    value: str
    label: str
    selected: bool = False


@dataclass(frozen=True)
class Filter:
    """A select of the filter bar."""

    name: str
    label: str
    options: Sequence[FilterOption]


@dataclass(frozen=True)
class ErrorLink:
    """A line of the error summary: what is wrong, and the id of the control."""

    anchor: str
    text: str
