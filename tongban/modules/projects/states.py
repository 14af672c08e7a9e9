"""Where projects stand, what can be written down about one, the events."""

from enum import StrEnum

from tongban.kernel.events.states import declare

PROJECT_OPENED = declare("project.opened", "建立了投资项目", "An investment project was opened")
PROJECT_ADVANCED = declare("project.advanced", "项目进入下一阶段", "A project went on to its next stage")
PROJECT_PLANNED = declare(
    "project.planned", "调整了项目计划日期", "The planned days of a project were changed"
)
PROJECT_BUDGETED = declare(
    "project.budgeted", "调整了年度投资计划", "What a project is to invest in which year was changed"
)
PROJECT_DATED = declare(
    "project.dated", "补登了阶段日期", "The day on which a stage had begun was registered"
)
PROJECT_REVIEWED = declare("project.reviewed", "登记了项目会议", "A meeting about a project was written down")
PROJECT_APPEALED = declare(
    "project.appealed", "项目堵点转为诉求", "A blocking issue of a project became an appeal"
)
PROJECT_NOTED = declare("project.noted", "登记了项目情况", "Something was written down about a project")
PROJECT_SUPPLIED = declare(
    "project.supplied", "企业提交了项目资料", "An enterprise handed in a document of its project"
)
PROJECT_SETTLED = declare("project.settled", "办结了项目事项", "A matter of a project was settled")
PROJECT_LINKED = declare("project.linked", "关联了项目办件", "A case was linked to a project")
PROJECT_APPLIED = declare(
    "project.applied", "开始了项目的全部申请", "The applications for a project's permits were begun"
)
PROJECT_SHARED = declare(
    "project.shared", "填写了各项申请共用的内容", "What a project's applications share was filled in"
)
PROJECT_CHECKED = declare("project.checked", "完成了项目履约核查", "The contract of a project was checked")
PROJECT_HANDED = declare("project.handed_over", "更换了项目专员", "A project got another officer")
PROJECT_ENDED = declare("project.ended", "项目结束", "A project ended")


class ProjectState(StrEnum):
    """Whether a project is under way. Its stage is data of its kind."""

    OPEN = "open"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    OUT = "out"


STATE_NAMES = {
    ProjectState.OPEN: ("推进中", "Under way"),
    ProjectState.DONE: ("已达目标", "At its goal"),
    ProjectState.WITHDRAWN: ("企业终止", "Withdrawn"),
    ProjectState.OUT: ("移出项目库", "Out of the list"),
}
# How a project can be ended by hand; that it reached its goal, its last stage says.
ENDINGS = (ProjectState.WITHDRAWN, ProjectState.OUT)


class Light(StrEnum):
    """How long a project has not moved."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    OUT = "out"


LIGHT_NAMES = {
    Light.GREEN: ("正常推进", "Moving"),
    Light.YELLOW: ("进展缓慢", "Slow"),
    Light.RED: ("停滞", "Standing still"),
    Light.OUT: ("应移出项目库", "To be taken out"),
}


class Role(StrEnum):
    """What an item is to a project."""

    PERMIT = "permit"
    SUBSIDY = "subsidy"


class EntryKind(StrEnum):
    """What was written down."""

    PROGRESS = "progress"
    MONEY = "money"
    DOCUMENT = "document"
    ISSUE = "issue"
    DECISION = "decision"
    NEED = "need"
    CHECK = "check"


ENTRY_NAMES = {
    EntryKind.PROGRESS: ("进展", "Progress"),
    EntryKind.MONEY: ("完成投资", "Money invested"),
    EntryKind.DOCUMENT: ("资料", "Document"),
    EntryKind.ISSUE: ("堵点问题", "Blocking issue"),
    EntryKind.DECISION: ("会议决定", "Decision of a meeting"),
    EntryKind.NEED: ("要素需求", "Need"),
    EntryKind.CHECK: ("履约核查", "Contract check"),
}
# These wait for an office until they are settled.
FOLLOWED = (EntryKind.ISSUE, EntryKind.DECISION, EntryKind.NEED)
# These show that a project moves; an issue or a decision only says what should.
MOVES = (EntryKind.PROGRESS, EntryKind.MONEY, EntryKind.DOCUMENT)


class Share(StrEnum):
    """From whom a line of the book came, and whether the enterprise reads it. Only documents leave the offices."""

    OFFICES = "offices"
    FIRM = "firm"
    BY_FIRM = "by_firm"


# What of the book the enterprise reads, besides its needs and issues.
TO_FIRM = (Share.FIRM, Share.BY_FIRM)
