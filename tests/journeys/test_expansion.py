"""An expansion from its diagnosis to production, with a department's part in it; a town officer's day; a visit on a phone."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import walking
from tests.journeys.filing import fits, let_in
from tests.journeys.tour import Guide
from tests.running import Product
from tongban.foundation import time

pytestmark = pytest.mark.browser
NAME = "精密齿轮二号线扩建"
SUBSIDY = "增资扩产贴息"
ACCOUNT = {"account": "2010000000000123", "bank": "示例银行松山湖支行"}
PHONE = {"width": 390, "height": 844}
HOUSING = "新招工人没有宿舍"
_DEPARTMENT = """
from tests import city
city._serial = __import__("itertools").count(8601)
print(city.officer("project_officer", agency="human-resources", place="").username)
"""
# A category that the routes leave to the town.
_ASKED = """
from tests import city
from tongban.kernel.parties import queries as parties
from tongban.modules.appeals import actions
[firm] = parties.organisations_named("台信示例", 2)
head = parties.organisation(firm).legal_representative
[account] = parties.accounts_of_holder(head.pk, __import__("tongban.foundation.time").foundation.time.today())
by = city.actor(parties.account(account), parties.organisation(firm))
actions.file_appeal(organisation_id=firm, category="dormitory", title="{title}", words="新招的三十名工人没有宿舍。", by=by)
"""
# What each of the two applications asks for beside what they share, as an executive types it on their own pages.
_TYPED = """
from tests import city
from tongban.kernel.cases import actions, queries
from tongban.kernel.parties import queries as parties
typed = {
    "investment-filing": ({"industry": "make"}, {"content": "扩建二号线", "self_fund": 4_000_000_000}),
    "pollution-registration": ({"what": "new", "discharge": "air"}, {
        "industry": "C3484 机械零部件加工", "product": "齿轮", "process": "切削、清洗", "waste": "废切削液 0.5 吨/年", "treatment": "油水分离"}),
}
[firm] = parties.organisations_named("台信示例", 2)
head = parties.organisation(firm).legal_representative
[account] = parties.accounts_of_holder(head.pk, __import__("tongban.foundation.time").foundation.time.today())
by = city.actor(parties.account(account), parties.organisation(firm))
for item, id in queries.drafts_for(by, firm, list(typed)).items():
    situation, answers = typed[item]
    case = actions.save(case_id=id, by=by, situation=situation, answers=answers)
    asked = queries.application(case, __import__("tongban.foundation.time").foundation.time.today()).commitments
    actions.save(case_id=id, by=by, signed=[one["id"] for one in asked])
"""
_UNLISTED = """
SELECT uscc, name FROM parties_organisation WHERE place_path LIKE '%441900401%'
AND id NOT IN (SELECT organisation_id FROM visits_serviceentry WHERE until IS NULL) ORDER BY name
"""


def open_details(page: Page, summary: str) -> Any:
    """Unfold what an officer can do; the form inside."""
    box = page.locator("details.verb").filter(has=page.get_by_text(summary, exact=True))
    box.locator("summary").click()
    return box


def meet(officer: Page, axe: Callable[[Page], None]) -> None:
    """A meeting decides; a blocking issue becomes an appeal of the firm, whose state the project shows."""
    box = open_details(officer, "登记会议")
    box.get_by_label("主持人职务").fill("分管副镇长")
    box.get_by_role("checkbox").first.check()
    box.get_by_label("内容").first.fill("并联受理，缺的材料一次告知。")
    box.get_by_label("办结期限").first.fill((time.today() + timedelta(days=14)).isoformat())
    box.get_by_role("button", name="登记会议").click()
    expect(officer.locator("#meetings")).to_contain_text("并联受理")
    issue = open_details(officer, "登记堵点、需求")
    issue.get_by_label("是什么").select_option(label="堵点问题")
    issue.get_by_label("内容").fill("变压器已满载。")
    issue.get_by_label("办结期限").fill((time.today() + timedelta(days=14)).isoformat())
    issue.get_by_role("button", name="交办").click()
    officer.get_by_role("link", name=re.compile("^转为诉求")).click()
    officer.get_by_label("类别").select_option("power-supply")
    officer.get_by_role("button", name="下一步").click()
    officer.get_by_label("一句话说明").fill("新线需要增容")
    for line in officer.locator("main form [required]:not([name=title]):not([name=words])").all():
        line.fill("800")
    axe(officer)
    officer.get_by_role("button", name="登记", exact=True).click()
    expect(officer.locator("#followed")).to_contain_text(re.compile("诉求 [A-Z]"))
    axe(officer)


def claim(lin: Page, axe: Callable[[Page], None]) -> str:
    """From the project to the claim and back by clicks alone; the number that people read."""
    project = lin.url
    lin.get_by_role("link", name=f"去申报 {SUBSIDY}").click()
    expect(lin.get_by_role("heading", level=1)).to_contain_text(SUBSIDY)
    lin.locator("#apply-bar").get_by_role("button", name="在线办理").click()
    expect(lin.get_by_role("heading", level=1)).to_contain_text("填报清单")
    lin.locator("main").get_by_role("link", name="收款账户").click()
    lin.get_by_label("收款账号").fill(ACCOUNT["account"])
    lin.get_by_label("开户银行").fill(ACCOUNT["bank"])
    walking.onward(lin, "申请材料")
    walking.upload(lin, "loan", walking.as_file("借款合同.pdf", walking.drawing()))
    walking.handed_in(lin, "借款合同.pdf")
    walking.onward(lin, "签署承诺")
    walking.promise(lin)
    walking.onward(lin, "核对并提交")
    number = walking.submit(lin)
    lin.get_by_role("link", name="企业服务").last.click()
    lin.get_by_role("link", name=NAME).first.click()
    expect(lin).to_have_url(project)
    lin.get_by_role("link", name=SUBSIDY, exact=True).click()
    expect(lin.get_by_text(number)).to_be_visible()
    fits(lin, axe)
    lin.get_by_role("link", name=f"项目：{NAME}").click()
    expect(lin).to_have_url(project)
    return number


def department(product: Product, office: Page, lin: Page, axe: Callable[[Page], None]) -> None:
    """A department, on a phone, hears of its part, finds it among all projects, and settles it; the enterprise reads so."""
    product.wait_for_jobs()
    office.goto("/inbox/")
    office.get_by_role("link", name="有项目事项交给本单位").first.click()
    expect(office.get_by_role("heading", level=1)).to_have_text(NAME)
    expect(office.locator("#acts-title")).to_have_count(0)  # nothing but its own part
    office.goto("/desk/projects/matters/")
    fits(office, axe)
    office.get_by_role("row").filter(has_text=NAME).get_by_role("link", name="招工").click()
    expect(office.locator("#followed form")).to_have_count(1)
    fits(office, axe)
    office.locator("#followed details summary").click()
    office.get_by_label("办理结果").fill("已在就莞用发布 40 个岗位。")
    office.get_by_role("button", name="确认办结").click()
    expect(office.locator("#followed form")).to_have_count(0)
    product.wait_for_jobs()
    project = lin.url
    lin.goto("/inbox/")
    lin.get_by_role("link", name="项目的一个事项已经办结").first.click()
    expect(lin).to_have_url(project)
    expect(lin.get_by_text("已在就莞用发布 40 个岗位。")).to_be_visible()
    fits(lin, axe)


def to_production(officer: Page, lin: Page, axe: Callable[[Page], None]) -> None:
    """Documents go to and fro; the officer notes money, settles what an office was asked, and moves it to production."""
    hand_in(lin, officer, axe)
    money = open_details(officer, "登记进展、投资")
    money.get_by_label("登记什么").select_option(label="完成投资")
    money.get_by_label("情况").fill("首批设备到货付款。")
    money.get_by_label("完成投资（万元）").fill("1800")
    money.get_by_role("button", name="登记").click()
    expect(officer.locator("#book")).to_contain_text("1,800 万元")
    need = officer.locator("#followed li").filter(has=officer.locator("form")).first
    need.locator("summary").click()
    left = officer.locator("#followed form").count()
    need.get_by_label("办理结果").fill("已落实。")
    need.get_by_role("button", name="确认办结").click()
    expect(officer.locator("#followed form")).to_have_count(left - 1)
    officer.get_by_label("进入阶段").select_option(label="投产")
    officer.get_by_role("button", name="推进", exact=True).click()
    expect(officer.locator(".stage-list [aria-current]")).to_contain_text("投产")


def hand_in(lin: Page, officer: Page, axe: Callable[[Page], None]) -> None:
    """The enterprise hands in a document that a stage asks for; the officer reads it, page by page, and shows another."""
    lin.locator("#documents").get_by_text("提交资料", exact=True).first.click()
    lin.get_by_label("哪份资料").select_option("site_proof")
    lin.get_by_label("附件").set_input_files(walking.as_file("租赁合同.pdf", walking.drawing()))
    fits(lin, axe)
    lin.locator("#documents").get_by_role("button", name="提交资料").click()
    expect(lin.locator("#documents").get_by_role("link", name="租赁合同.pdf")).to_be_visible()
    officer.reload()
    officer.locator("#book").get_by_role("link", name="租赁合同.pdf").click()
    expect(officer.get_by_role("img").first).to_be_visible()
    axe(officer)
    officer.go_back()
    paper = open_details(officer, "登记资料")
    paper.get_by_label("资料", exact=True).select_option("review_minutes")
    paper.get_by_label("情况", exact=True).fill("联审通过。")
    paper.locator("input[type=file]").set_input_files(walking.as_file("会审纪要.pdf", walking.drawing()))
    paper.get_by_label("给企业看（连同情况和附件）").check()
    axe(officer)
    paper.get_by_role("button", name="登记").click()
    lin.reload()
    expect(lin.locator("#documents").get_by_role("link", name="会审纪要.pdf")).to_be_visible()
    fits(lin, axe)


def acting(lin: Page) -> None:
    """For the enterprise of this story."""
    if lin.get_by_label("代表").count():
        lin.get_by_label("代表").select_option(label="东莞市台信示例精密机械有限公司")
        lin.get_by_role("button", name="切换").click()


def together(product: Product, lin: Page, axe: Callable[[Page], None]) -> list[str]:
    """All permits: begun by one button, what they share typed once, handed in at once; the numbers that people read."""
    lin.get_by_role("button", name="一次开始全部申请").click()
    expect(lin.get_by_role("heading", level=1)).to_have_text("许可一起办")
    expect(lin.get_by_label("项目名称")).to_have_value(NAME)
    fits(lin, axe)
    day = time.today()
    lin.get_by_label("建设地点").fill("松山湖示例工业园")
    lin.get_by_label("计划开工时间").fill(day.isoformat())
    lin.get_by_label("计划竣工时间").fill((day + timedelta(days=200)).isoformat())
    lin.get_by_role("button", name="保存并填入各项申请").click()
    applications = lin.locator("#applications")
    expect(applications.get_by_text(re.compile("还差 [0-9]+ 处"))).to_have_count(2)
    product.python(_TYPED)
    lin.reload()
    expect(applications.get_by_text("可以提交", exact=True)).to_have_count(2)
    fits(lin, axe)
    lin.get_by_role("button", name="一并提交").click()
    expect(lin.get_by_role("link", name="请先核对各项申请，再勾选“我已核对”")).to_be_visible()
    fits(lin, axe)
    lin.get_by_label("我已核对各项申请，内容真实").check()
    lin.get_by_role("button", name="一并提交").click()
    expect(lin.get_by_text("共 2 项，已提交 2 项")).to_be_visible()
    fits(lin, axe)
    numbers = applications.locator(".num").all_inner_texts()
    lin.get_by_role("navigation").get_by_role("link", name=re.compile("^XM")).click()
    return numbers


def test_an_expansion_from_diagnosis_to_production(
    product: Product, open_page: Callable[..., Page], axe: Callable[[Page], None], console: Any
) -> None:
    console.allow(422)  # handed in unread, once
    people = product.python(_DEPARTMENT).split()[-1]
    guide = Guide(product)
    guide.act("lin", "/act-for/", {"for": guide.organisation("台信"), "next": "/"})
    lin = let_in(product, open_page, "lin", "/enterprise/", **PHONE)
    acting(lin)
    expect(lin.get_by_role("heading", level=1)).to_have_text("东莞市台信示例精密机械有限公司")
    fits(lin, axe)
    lin.get_by_role("link", name="我要增资扩产").first.click()
    lin.get_by_label("计划总投资（万元）").fill("6000")
    lin.get_by_label("其中设备投资（万元）").fill("3000")
    lin.get_by_label("需要增加多少人？").fill("40")
    lin.get_by_label("需要融资多少（万元）？").fill("1000")
    lin.get_by_label("对环境的影响？").select_option(label="很小，登记即可")
    lin.get_by_role("button", name="看看要办什么").click()
    expect(lin.get_by_role("heading", name=re.compile("要办的许可和备案 2 项"))).to_be_visible()
    expect(lin.get_by_text("要先回答").first).to_be_visible()
    fits(lin, axe)
    lin.get_by_label("要新建、扩建厂房？").select_option(label="否")
    lin.get_by_label("项目名称").fill(NAME)
    lin.get_by_role("button", name="提交项目").click()
    expect(lin.get_by_role("heading", level=1)).to_have_text(NAME)
    expect(lin.get_by_text("专员认领后与您联系")).to_be_visible()
    fits(lin, axe)
    numbers = together(product, lin, axe)

    officer = let_in(product, open_page, "project", f"/desk/projects/?q={NAME}")
    officer.get_by_role("link", name=NAME).click()
    officer.get_by_role("button", name="我来负责").click()
    expect(officer.locator(".case-facts")).to_contain_text("袁海")
    axe(officer)
    department(product, let_in(product, open_page, people, "/desk/projects/", **PHONE), lin, axe)
    lin.reload()
    lin.get_by_role("link", name=SUBSIDY, exact=True).click()
    expect(lin.get_by_role("heading", level=1)).to_have_text(SUBSIDY)
    fits(lin, axe)
    lin.go_back()
    number_of_claim = claim(lin, axe)
    product.wait_for_jobs()
    officer.reload()
    for number in numbers:  # what was handed in together is the project's own at once
        expect(officer.locator("#permits a, #permits span").filter(has_text=number).first).to_be_visible()
    expect(officer.locator("#permits").get_by_text("已办成", exact=True).first).to_be_visible()
    subsidy = officer.get_by_role("listitem").filter(has=officer.get_by_role("link", name=SUBSIDY))
    expect(subsidy.locator("input[name=number]")).to_have_value(number_of_claim)
    subsidy.get_by_role("button", name="关联", exact=True).click()
    expect(subsidy).to_contain_text(number_of_claim)
    meet(officer, axe)
    to_production(officer, lin, axe)

    lin.reload()
    expect(lin.locator(".timeline [aria-current]")).to_contain_text("投产")
    for number in [*numbers, number_of_claim]:
        expect(lin.get_by_text(number)).to_be_visible()
    expect(lin.get_by_role("link", name=re.compile("技术改造|设备")).first).to_be_visible()


def answer_an_appeal(town: Page, axe: Callable[[Page], None]) -> None:
    """From the workspace to an appeal that the town leads: contacted, answered, on its way to the check; and back."""
    town.get_by_role("link", name="本镇街企业的诉求").click()
    town.get_by_role("link", name=HOUSING).click()
    for form, words in (
        ("contact", "已电话联系，约明天看房源。"),
        ("answer", "已在示例公寓安排三十个床位。"),
    ):
        box = town.locator(f"#{form}")
        if box.evaluate("one => one.tagName") == "DETAILS" and box.get_attribute("open") is None:
            box.locator("summary").click()
        box.locator("textarea").fill(words)
        if form == "answer":
            town.get_by_role("radio", name="已解决").check()
            box.get_by_label("问题成因").select_option("capacity")
        axe(town)
        box.locator("button").last.click()
        expect(town.get_by_role("status").filter(has_text="已完成")).to_be_visible()
    expect(town.get_by_text("待质检").first).to_be_visible()
    town.goto("/desk/towns/441900401/")
    town.get_by_role("main").get_by_role("link", name="项目交办事项").click()
    expect(town.get_by_role("heading", level=1)).to_have_text("项目交办事项")
    axe(town)
    town.goto("/desk/towns/441900401/")


def test_a_town_officers_day(
    product: Product, open_page: Callable[..., Page], axe: Callable[[Page], None], console: Any
) -> None:
    console.allow(404)
    product.python(_ASKED.format(title=HOUSING))
    product.wait_for_jobs()
    town = let_in(product, open_page, "town-songshan", "/desk/towns/")
    expect(town.get_by_role("heading", level=1)).to_contain_text("松山湖")
    axe(town)
    answer_an_appeal(town, axe)
    [code, name] = product.ask(_UNLISTED)[0]
    town.get_by_label("统一社会信用代码").fill(code)
    town.locator("#to-list").select_option(label="镇街自选企业")
    town.get_by_role("button", name="列入名单").click()
    expect(town.locator("#lists tr").filter(has_text=name).first).to_contain_text("镇街自选企业")
    town.get_by_label("日期").fill((time.today() + timedelta(days=1)).isoformat())
    town.get_by_label("谁值班").select_option(label="李梅")
    town.get_by_role("button", name="安排值班").click()
    expect(town.locator("#duty .duty-grid li").nth(1)).to_contain_text("李梅")
    row = town.locator("#lists tr").filter(has_text="台信").first
    row.locator("summary").click()
    row.get_by_label("专员", exact=True).select_option(label="李梅")
    row.get_by_label("代理专员").select_option(label="何勇")
    row.get_by_role("button", name="确定专员").click()
    expect(town.locator("#lists tr").filter(has_text="台信").first).to_contain_text("代理：何勇")
    town.get_by_role("link", name=re.compile("台信")).first.click()
    expect(town.get_by_role("heading", level=1)).to_contain_text("台信")
    axe(town)
    town.goto("/desk/towns/441900401/")
    town.get_by_role("navigation", name="导出").get_by_role("link", name="投资项目").click()
    axe(town)
    town.get_by_role("button", name="开始导出").click()
    product.wait_for_jobs()
    expect(town.get_by_role("button", name="下载 CSV")).to_be_visible()
    axe(town)
    # Another town's workspace does not exist for it.
    answer = town.goto("/desk/towns/441900119/")
    assert answer is not None
    assert answer.status == 404


def test_a_visit_on_a_phone(
    product: Product, open_page: Callable[..., Page], axe: Callable[[Page], None], console: Any
) -> None:
    console.allow(422)
    page = let_in(product, open_page, "service", "/desk/service/", **PHONE)
    fits(page, axe)
    firms = page.locator("#firms").get_by_role("link", name=re.compile("台信"))
    firms.first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("台信")
    fits(page, axe)
    page.get_by_label("目的").select_option(label="解决问题")
    page.get_by_role("button", name="安排走访").click()
    page.get_by_role("link", name=re.compile("^解决问题")).first.click()
    page.get_by_label("见了谁").fill("生产总监")
    page.get_by_label("谈了什么").fill("新线需要增容，变压器要排期。")
    page.get_by_label("答应做什么").first.fill("约供电局上门勘查")
    page.get_by_role("button", name="提交走访记录").click()
    expect(page.get_by_role("alert")).to_contain_text("没有期限")
    fits(page, axe)
    page.get_by_label("什么时候以前").first.fill((time.today() + timedelta(days=7)).isoformat())
    page.get_by_role("button", name="提交走访记录").click()
    expect(page.get_by_text("新线需要增容")).to_be_visible()
    page.get_by_role("link", name="登记诉求").click()
    page.get_by_label("类别").select_option("power-supply")
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("一句话说明").fill("新线需要增容")
    page.get_by_label("具体情况").fill("变压器已满载，新线装机 800 千伏安。")
    for box in page.locator("main form [required]:not([name=title]):not([name=words])").all():
        box.fill("800")
    fits(page, axe)
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_text(re.compile("诉求 [A-Z]"))).to_be_visible()
    page.goto("/desk/service/")
    promise = page.locator("#promises li").filter(has_text="约供电局上门勘查")
    promise.get_by_label("怎样兑现的").fill("已勘查，下月送电。")
    promise.get_by_role("button", name="已兑现").click()
    expect(page.locator("#promises li").filter(has_text="约供电局上门勘查")).to_have_count(0)
