"""Pages that explain why something did not work and what to do next. Never a stack trace, never blame."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tongban.foundation.errors import Problem
from tongban.terminals.ui import texts


@dataclass(frozen=True)
class WayOut:
    """A button on an explaining page."""

    label: str
    url: str


def explain(
    request: HttpRequest,
    *,
    status: int,
    title: str,
    sentence: str,
    todo: str,
    code: str = "",
    ways: Sequence[WayOut] = (),
) -> HttpResponse:
    """A page with what happened, what to do, and ways out. `code` is for those who report it."""
    context = {
        "status": status,
        "title": title,
        "sentence": sentence,
        "todo": todo,
        "code": code,
        "ways": ways,
    }
    return render(request, "ui/errors/explained.html", context, status=status)


def explain_problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The page of a foreseen failure, with its own sentences."""
    lang = texts.language()
    response = explain(
        request,
        status=problem.status,
        title=title_of(problem.status),
        sentence=problem.sentence(lang),
        todo=problem.todo(lang),
        code=problem.code,
    )
    if problem.retry_after:
        response["Retry-After"] = str(problem.retry_after)
    return response


def title_of(status: int) -> str:
    """The heading of a page with this HTTP status."""
    titles = {
        400: texts._("请求有误"),
        403: texts._("无权访问"),
        404: texts._("没有找到这个页面"),
        409: texts._("当前状态下不能这样做"),
        422: texts._("提交的内容需要修改"),
        429: texts._("请稍后再试"),
    }
    return titles.get(status) or (texts._("系统出了问题") if status >= 500 else texts._("没有办成"))


def said(problem: Problem | None) -> dict[str, str] | None:
    """A problem's two sentences in the language of the request, for the page whose form it refused; None for none."""
    language = texts.language()
    return {"sentence": problem.sentence(language), "todo": problem.todo(language)} if problem else None
