"""What people do on the pages, by the labels they read. Playwright waits for each of them."""

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

# Papers and credentials are made by the worker, which may be busy with somebody else's.
PAPER_MS = 60_000
# Two browsers and two products share two cores in a test run.
expect.set_options(timeout=15_000)

BUSINESS_LICENCE = re.compile("营业执照")
FOOD = "食品经营许可证核发（新办）"
# One's own pages of signing in.
OF_SECURITY = (
    "/me/security/",
    "/me/security/authenticator/",
    "/me/security/password/",
    "/me/level/",
    "/me/level/?level=4&next=/items/",
)
NAMES = {
    "chen": "陈晓雯",
    "bank": "李晓峰",
    "liang": "梁桂英",
    "he": "何伟",
    "clerk": "黄敏",
    "reviewer": "梁志远",
    "decider": "钟慧",
    "clerk-civil": "罗倩",
    "reviewer-civil": "邓宇",
    "decider-civil": "叶青",
    "bureau": "卢静",
    "ratings": "谢兰",
    "supervisor": "蔡国平",
    "head": "苏明哲",
    "editor": "曾颖",
    "publisher": "刘建明",
    "exchange": "简志航",
    "facts-industry": "骆敏仪",
    "facts-statistics": "阮子健",
    "zhou": "周玉兰",
    "receiver-changan": "袁嘉欣",
    "receiver-humen": "刘子轩",
}


def drawing(text: str = "plan") -> bytes:
    """A one-page PDF as from an office scanner."""
    sheet = Image.new("RGB", (600, 400), "white")
    ImageDraw.Draw(sheet).rectangle((50, 50, 520, 320), outline="black", width=4)
    ImageDraw.Draw(sheet).text((60, 60), text, fill="black")
    out = io.BytesIO()
    sheet.save(out, "PDF")
    return out.getvalue()


def as_file(name: str, content: bytes, kind: str = "application/pdf") -> dict[str, Any]:
    """A file as Playwright's set_input_files takes it."""
    return {"name": name, "mimeType": kind, "buffer": content}


def sign_in(page: Page, username: str) -> None:
    """With the demo's panel: pick the account, confirm the code that stands in the field."""
    page.goto("/sign-in/")
    page.get_by_role("button", name=re.compile(f"{NAMES[username]} {username}")).click()
    page.get_by_role("button", name="登录", exact=True).click()
    if urlsplit(page.url).path == "/sign-in/second/":  # an officer, whose number stands in the field too
        page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("button", name=re.compile("退出"))).to_have_count(1)


def signed_in(open_page: Callable[..., Page], username: str, **how: Any) -> Page:
    """A page of a fresh session in which this account is signed in."""
    page = open_page(**how)
    sign_in(page, username)
    return page


def find(page: Page, words: str, title: str) -> None:
    """Search from the home page and open the guide of this title, which must come first."""
    page.goto("/")
    box = page.locator("#q")
    box.fill(words)
    box.press("Enter")
    first = page.locator("main").get_by_role("heading", level=3).first
    expect(first).to_have_text(title)
    first.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def choose(page: Page, **options: str) -> None:
    """Answer the situation questions of a guide: question id = label of the option."""
    for question, label in options.items():
        page.get_by_role("radio", name=re.compile(f"^{re.escape(label)}")).check()
        expect(page).to_have_url(re.compile(f"s-{question}="))


def apply(page: Page) -> None:
    """The large button on top of the guide."""
    page.locator("#apply-top").get_by_role("button", name="在线办理").click()


def onward(page: Page, heading: str | re.Pattern[str]) -> None:
    """Save and go on to the page of this heading."""
    page.locator("main .form-acts .btn-primary").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def yes_no(page: Page, question: str, answer: str) -> None:
    """Answer a yes-or-no question of a form."""
    page.get_by_role("group", name=question).get_by_role("radio", name=answer, exact=True).check()


def fill_food_form(page: Page) -> None:
    """From the task list of a food licence to the materials; another journey may have left a part of them."""
    page.locator("main").get_by_role("link", name="经营场所").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("经营场所")
    yes_no(page, "经营场所与住所一致", "是")
    expect(page.get_by_label("经营场所地址")).to_have_count(0)
    page.get_by_label("经营面积（平方米）").fill("86.5")
    onward(page, "餐饮服务项目")
    page.get_by_role("checkbox", name="热食类食品制售").check()
    yes_no(page, "是否网络经营", "是")
    onward(page, "从业人员")
    page.get_by_label("从业人员数").fill("6")
    page.get_by_label("食品安全管理人员姓名").fill("李明")
    page.get_by_label("食品安全管理人员手机").fill("13900139000")
    onward(page, "申请材料")


def upload(page: Page, material: str, file: dict[str, Any] | Path) -> None:
    """Hand in one file; with script it is sent when it has been chosen."""
    page.wait_for_load_state()  # a person chooses a file after the page's script has started
    page.locator(f"#material-{material}-file").set_input_files([file])


def handed_in(page: Page, name: str) -> None:
    """Wait until a file is there: it is sent piece by piece, and its name may stand on the page for another reason."""
    row = page.locator(".material-files li").filter(has=page.get_by_role("button", name=re.compile("^删除")))
    expect(row.filter(has_text=name).first).to_be_visible()


def start_food_licence(page: Page) -> None:
    """Search in one's own words, answer the two questions, begin."""
    find(page, "开个小饭馆要办什么证", FOOD)
    choose(page, business="餐饮服务（含网络经营）", commitment="否，按一般程序")
    apply(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("填报清单")


def complete_food_licence(page: Page) -> str:
    """Everything up to the check page; returns the address of that page."""
    fill_food_form(page)
    upload(page, "layout", as_file("平面图.pdf", drawing()))
    handed_in(page, "平面图.pdf")
    onward(page, "签署承诺")
    promise(page)
    onward(page, "核对并提交")
    return page.url


def promise(page: Page) -> None:
    """Tick every commitment of the page; `all` does not wait, so the first must have come."""
    boxes = page.get_by_role("checkbox", name=re.compile("我已阅读并承诺"))
    expect(boxes.first).to_be_visible()
    for box in boxes.all():
        box.check()


def submit(page: Page) -> str:
    """Confirm; returns the number that people read out."""
    page.get_by_role("button", name="确认提交").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("提交成功")
    return page.locator(".receipt-no").inner_text()


def case_id(page: Page) -> str:
    """The identifier in the address of a case's page."""
    found = re.search(r"/(?:cases|applications)/([0-9a-f-]{36})/", page.url)
    assert found, page.url
    return found.group(1)


def download(page: Page, link: str | re.Pattern[str]) -> bytes:
    """What a link gives to keep; waits until the paper has been made."""
    wanted = page.get_by_role("link", name=link).first
    expect(wanted).to_be_visible(timeout=PAPER_MS)
    with page.expect_download() as started:
        wanted.click()
    return Path(started.value.path()).read_bytes()


def wait_for(page: Page, link: str) -> None:
    """Look again every second for a link that a paper brings, as somebody does who waits."""
    for _ in range(PAPER_MS // 1000):
        if page.get_by_role("link", name=link).count():
            return
        page.wait_for_timeout(1000)
        page.reload()
    raise AssertionError(f"no link {link!r} came at {page.url}")


def download_credential(page: Page) -> bytes:
    """From the receipt of an on-the-spot item to its sealed paper."""
    ready = page.get_by_role("link", name=re.compile("^查看(?!办理进度)"))
    expect(ready).to_be_visible(timeout=PAPER_MS)
    ready.click()
    return download(page, "下载 PDF")


def open_at_desk(page: Page, number: str) -> None:
    """An officer looks a case up by its number and opens it."""
    page.goto(f"/desk/search/?q={number}")
    page.get_by_role("row").filter(has_text=number).get_by_role("link").first.click()
    expect(page).to_have_url(re.compile("/desk/cases/"))


def accept(page: Page) -> None:
    """The clerk accepts the open case."""
    page.get_by_role("button", name="受理", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="已受理")).to_be_visible()


def review(page: Page) -> int:
    """The reviewer completes each step that is theirs, on site with a colleague; returns how many there were."""
    steps = 0
    while page.get_by_label(re.compile("审查意见")).count():
        page.locator("#complete").get_by_role("radio", name=re.compile("^符合")).check()
        second = page.get_by_label("一同到场的工作人员")
        if second.count():
            # The clerk: who was on site cannot decide any more.
            second.select_option(label=NAMES["clerk"])
        page.get_by_label(re.compile("审查意见")).fill("材料齐全，符合条件。")
        page.get_by_role("button", name=re.compile("^完成")).click()
        expect(page.get_by_role("status").filter(has_text="已完成环节")).to_be_visible()
        steps += 1
    return steps


def grant(page: Page) -> None:
    """The decider grants."""
    page.locator("#grant summary").click()
    page.get_by_role("button", name="确认准予并用印").click()
    expect(page.get_by_role("status").filter(has_text="已准予")).to_be_visible()
