"""Navigation of the portal and the workbench. Terminals do not know each other, so the site puts it together.

Labels are interface texts made with `texts.later`. An entry names a URL by name; a name that does not exist is an error when the first page is drawn.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise

from tongban.terminals.ui.addresses import address

Count = Callable[[HttpRequest], int | None]
Label = str | Promise


@dataclass(frozen=True)
class Entry:
    """One entry. `count` is the number behind it, `hot` draws it red.

    `permission` hides it from those who lack it; of several, parted by blanks, one is enough.
    """

    label: Label
    url_name: str
    icon: str = ""
    permission: str = ""
    count: Count | None = None
    hot: bool = False
    middle: bool = False
    query: str = ""


@dataclass(frozen=True)
class Group:
    """Entries under one heading; an empty label is the first, unnamed group."""

    label: Label
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Shell:
    """Everything around the pages. Empty names leave their part out."""

    home: str = ""
    portal: tuple[Entry, ...] = ()
    tabs: tuple[Entry, ...] = ()
    acting: tuple[
        Entry, ...
    ] = ()  # beside the identity of who acts for an organisation, where something waits
    foot: tuple[Group, ...] = ()
    desk_home: str = ""
    desk: tuple[Group, ...] = ()
    desk_search: str = ""
    desk_search_permission: str = ""
    sign_in: str = ""
    sign_out: str = ""
    me: str = ""
    security: str = ""  # with what one signs in, and where one is signed in
    english: str = ""
    app: str = ""
    app_enterprise: str = ""
    app_worker: str = ""
    version: str = ""

    @property
    def english_address(self) -> str:
        """The entry page for people who read no Chinese; empty where there is none."""
        return _url(self.english)


@dataclass(frozen=True)
class Link:
    """An entry as it is drawn on one page. `current` is "" or the value of aria-current."""

    label: Label
    url: str
    icon: str = ""
    current: str = ""
    count: int | None = None
    hot: bool = False
    middle: bool = False


@dataclass(frozen=True)
class LinkGroup:
    """A group as it is drawn on one page."""

    label: Label
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Nav:
    """The shell as it is drawn on one page."""

    home_url: str
    portal: tuple[Link, ...]
    tabs: tuple[Link, ...]
    acting: tuple[Link, ...]
    foot: tuple[LinkGroup, ...]
    desk_home_url: str
    desk: tuple[LinkGroup, ...]
    desk_search_url: str
    sign_in_url: str
    sign_out_url: str
    me_url: str
    security_url: str
    app_url: str
    app_worker_url: str
    version: str


def configure(shell: Shell) -> None:
    """Make `shell` the one that is drawn. Called once, when the site starts."""
    _drawn["shell"] = shell


def current() -> Shell:
    """The shell that is drawn."""
    return _drawn["shell"]


def nav(request: HttpRequest) -> Nav:
    """The shell for this request: addresses, counts, the current entry. Raises NoReverseMatch on a wrong name."""
    shell = current()
    return Nav(
        home_url=_url(shell.home) or "/",
        portal=_links(request, shell.portal),
        tabs=_links(request, shell.tabs),
        acting=_waiting(request, shell.acting),
        foot=_groups(request, shell.foot),
        desk_home_url=_url(shell.desk_home) or "/",
        desk=_groups(request, shell.desk),
        desk_search_url=_url(shell.desk_search) if _may(request, shell.desk_search_permission) else "",
        sign_in_url=_url(shell.sign_in),
        sign_out_url=_url(shell.sign_out),
        me_url=_url(shell.me),
        security_url=_url(shell.security),
        app_url=_url(shell.app_enterprise if _acts_for_enterprise(request) else shell.app),
        app_worker_url=_url(shell.app_worker),
        version=shell.version,
    )


def _may(request: HttpRequest, permission: str) -> bool:
    actor = getattr(request, "actor", None)
    return not permission or bool(actor and any(actor.can(one) for one in permission.split()))


def _acts_for_enterprise(request: HttpRequest) -> bool:
    return bool(getattr(getattr(request, "actor", None), "organisation_id", None))


def _waiting(request: HttpRequest, entries: tuple[Entry, ...]) -> tuple[Link, ...]:
    if not _acts_for_enterprise(request):
        return ()
    return tuple(link for link in _links(request, entries) if link.count)


def _groups(request: HttpRequest, groups: tuple[Group, ...]) -> tuple[LinkGroup, ...]:
    drawn = (LinkGroup(group.label, _links(request, group.entries)) for group in groups)
    return tuple(group for group in drawn if group.links)


def _links(request: HttpRequest, entries: tuple[Entry, ...]) -> tuple[Link, ...]:
    shown = [entry for entry in entries if _may(request, entry.permission)]
    urls = [_url(entry.url_name) + entry.query for entry in shown]
    here = _nearest(request.get_full_path(), urls)
    return tuple(_link(request, entry, url, here) for entry, url in zip(shown, urls, strict=True))


def _link(request: HttpRequest, entry: Entry, url: str, here: str) -> Link:
    current_value = ""
    if url == here:
        current_value = "page" if url == request.get_full_path() else "true"
    count = entry.count(request) if entry.count else None
    return Link(entry.label, url, entry.icon, current_value, count, entry.hot and bool(count), entry.middle)


def _nearest(path: str, urls: list[str]) -> str:
    """The longest of `urls` that `path` lies under; "/" is only itself."""
    under = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    if not under and "/" in urls and path.partition("?")[0] == "/":
        return "/"
    return max(under, key=len, default="")


def _url(name: str) -> str:
    return address(name) if name else ""


_drawn = {"shell": Shell()}
