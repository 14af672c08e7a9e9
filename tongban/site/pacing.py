"""How many requests a minute somebody may send: counted in memory (`counting`), so that a request costs no statement.

Limits without lock-out as a weapon (decision 0050): whoever is signed in is counted by their account alone, so nobody
else can use up their share; a browser that has signed in before has a share of its own when its address has none left.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.site.counting import WINDOW, Counts
from tongban.terminals.portal import devices
from tongban.terminals.ui import pages, texts
from tongban.terminals.ui.whence import address_of

EXCHANGE = "/api/exchange/"  # one address there is a whole platform, and each message is signed


class TooManyRequests(Problem):
    """More requests than anybody sends by hand; `retry_after` says in how many seconds they are taken again."""

    code = "requests.too_many"
    status = 429

    def __init__(self, seconds: int) -> None:
        super().__init__(
            sentence_zh="短时间内打开的页面太多了。",
            sentence_en="Too many pages were opened in a short time.",
            todo_zh=f"请在 {seconds} 秒后再试，填好的内容不会丢。您的账号没有被锁定。",
            todo_en=f"Try again in {seconds} seconds; what you saved is kept. Your account is not locked.",
        )
        self.retry_after = seconds


class PacingMiddleware:
    """Answers 429 with Retry-After to whoever sends more than their share. Stands below the one that says who acts."""

    counts = Counts(settings.VAR / "run", settings.SECRET_KEY)  # of all processes of this machine

    def __init__(self, get_response: Callable) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        limits = settings.REQUEST_LIMITS
        if limits and not self._within(request, limits):
            return self._refused(request)
        return self.get_response(request)

    def _within(self, request: HttpRequest, limits: dict[str, int]) -> bool:
        now = time.wall_clock().timestamp()
        if request.path == EXCHANGE:
            return self.counts.within(f"exchange {address_of(request)}", limits["exchange"], now)
        if request.actor.is_signed_in:
            return self.counts.within(
                f"account {request.actor.account_id}", limits["account"], now, known=True
            )
        if self.counts.within(f"address {address_of(request)}", limits["address"], now):
            return True
        device = devices.name_of(request)
        return bool(device) and self.counts.within(f"device {device}", limits["device"], now, known=True)

    def _refused(self, request: HttpRequest) -> HttpResponse:
        problem = TooManyRequests(WINDOW - int(time.wall_clock().timestamp()) % WINDOW)
        return answer(request, problem)


def answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """A foreseen failure as JSON where a program called, else as a page; says when to come again where that helps."""
    if not request.path.startswith("/api/"):
        return pages.explain_problem(request, problem)
    lang = texts.language()
    body = {
        "code": problem.code,
        "sentence": problem.sentence(lang),
        "todo": problem.todo(lang),
        "about": problem.about,
    }
    response = JsonResponse({"error": body}, status=problem.status)
    if problem.retry_after:
        response["Retry-After"] = str(problem.retry_after)
    return response
