"""Every page of every role, on cases that stand at every point of their way. Prepared over HTTP, as people would."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.faults.test_kills import SHOP
from tests.journeys import filing
from tests.journeys.appealing import appeals
from tests.journeys.lent import licences
from tests.journeys.rights import rights
from tests.journeys.served import served
from tests.journeys.signed_on import signed_on
from tests.journeys.subsidised import subsidies
from tests.journeys.trade import market
from tests.journeys.walking import OF_SECURITY
from tests.running import Product, Visitor
from tongban.foundation.ids import make_resident_id

SOLE_TRADER: dict[str, Any] = {
    "item": "sole-trader",
    "situation": {"form": "individual", "place": "shop"},
    "answers": SHOP,
    "signed": ["place"],
}
ALLOWANCE: dict[str, Any] = {"item": "old-age-allowance"}
PROOF: dict[str, Any] = {"item": "tax-proof"}


@dataclass
class Tour:
    """Paths by the account that opens them; an empty name is a visitor who is not signed in."""

    paths: dict[str, list[str]] = field(default_factory=dict)
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)

    def add(self, who: str, *paths: str) -> None:
        """More pages of one account."""
        self.paths.setdefault(who, []).extend(paths)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return ((who, path) for who, paths in self.paths.items() for path in paths)


class Guide:
    """Makes the cases and lists the pages."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self.people: dict[str, Visitor] = {}
        self.tour = Tour()

    def person(self, who: str) -> Visitor:
        """The signed-in visitor of an account."""
        if who not in self.people:
            self.people[who] = self.product.visitor(who)
        return self.people[who]

    def file(self, who: str, application: dict[str, Any]) -> str:
        """Hand in an application; the identifier of its case."""
        id = str(uuid.uuid4())
        answer = self.person(who).post_json("/api/cases/", {"submission_id": id, **application})
        assert answer.status == 201, answer.text
        return id

    def act(self, who: str, path: str, form: dict[str, Any]) -> str:
        """Post a form that must be taken; where it leads."""
        answer = self.person(who).post(path, form)
        assert answer.status == 302, f"{path}: {answer.status} {answer.text[-1500:]}"
        return str(answer.headers["location"])

    def organisation(self, named: str) -> str:
        """The identifier of the demo's organisation with this in its name."""
        [(id,)] = self.product.ask(f"SELECT id FROM parties_organisation WHERE name LIKE '%{named}%'")
        return str(uuid.UUID(str(id)))

    def prepare(self) -> Tour:
        """Everything; the credential needs the worker, so the jobs are waited for."""
        self._public()
        proof = self.file("chen", PROOF)
        self._applicant()
        self._officers()
        self._measures()
        self._office()
        self._watched()
        self._handed_over()
        self._received()
        self.product.wait_for_jobs()
        self._results(proof)
        subsidies(self)
        market(self)
        self._answered_for()
        served(self)
        appeals(self)
        signed_on(self)
        rights(self)
        self.tour.add("", "/en/")  # the last one, because from there a visit is in English
        self.tour.cookies = {who: dict(self.person(who).cookies) if who else {} for who in self.tour.paths}
        return self.tour

    def _public(self) -> None:
        self.tour.add("", "/", "/items/", "/items/?audience=organisation", "/items/food-licence/")
        self.tour.add(
            "", "/items/food-licence/?s-business=catering&s-commitment=no", "/items/old-age-allowance/"
        )
        self.tour.add(
            "",
            "/search/",
            "/search/?q=开个小饭馆要办什么证",
            "/search/?q=qqqqqq",
            "/sign-in/",
            "/sign-in/new/",
            "/sign-in/password/",
            "/verify/",
        )
        self.tour.add("", "/halls/", "/notices/", "/accessibility/", "/privacy/", "/site-map/", "/nowhere/")
        notice = re.search(r'href="(/notices/[^"]+/)"', self.product.visitor().get("/notices/").text)
        assert notice
        self.tour.add("", notice.group(1), "/app/no-network/")

    def _applicant(self) -> None:
        draft = self.act(
            "chen", "/items/food-licence/apply/", {"s-business": "catering", "s-commitment": "no"}
        )
        self.tour.add("chen", "/", "/items/food-licence/", draft, f"{draft}situation/")
        for section in ("subject", "agent", "premises", "catering", "staff"):
            self.tour.add("chen", f"{draft}sections/{section}/")
        self.tour.add(
            "chen", f"{draft}materials/", f"{draft}commitments/", f"{draft}check/", f"{draft}delete/"
        )
        waiting = self.file("chen", SOLE_TRADER)
        self.tour.add(
            "chen",
            f"/cases/{waiting}/",
            f"/cases/{waiting}/receipt/",
            f"/cases/{waiting}/withdraw/",
            f"/cases/{waiting}/evidence/",
        )
        self.tour.add("", "/policies/", "/policies/?for=person&how=automatic", "/policies/scale-up-new/")
        self.act("lin", "/act-for/", {"for": self.organisation("台信"), "next": "/"})
        self.tour.add("lin", "/policies/mine/", "/policies/mine/?tab=near", "/policies/mine/?tab=needs")
        self.tour.add("lin", "/policies/profile/", "/policies/high-tech-accepted/")
        mandate = f"/me/mandates/new/?of={self.organisation('台信')}&item=food-licence"
        self.tour.add("lin", "/enterprise/people/", "/me/mandates/", mandate)
        self.tour.add("chen", "/cases/", "/cases/?tab=done", "/inbox/", "/me/", "/me/notices/", "/wallet/")
        self.tour.add("chen", *OF_SECURITY)
        copy = self.act("chen", "/me/copies/ask/", {})
        self.tour.add("chen", "/me/known/", "/me/looks/", "/me/copies/", copy)
        dispute = re.search(r'href="(/me/facts/[^"]+)"', self.person("chen").get("/me/").text)
        assert dispute
        self.tour.add("chen", dispute.group(1).replace("&amp;", "&"))
        self.tour.add(
            "clerk", "/desk/", "/desk/all/", "/desk/search/", "/desk/search/?q=陈", f"/desk/cases/{waiting}/"
        )

    def _officers(self) -> None:
        asked = self.file("chen", SOLE_TRADER)
        page = self.person("clerk").get(f"/desk/cases/{asked}/").text
        key, note = re.findall(r'name="point" value="([^"]+)".*?<input[^>]*name="([^"]+)"', page, re.S)[-1]
        point = {"point": key, note: "请核对后重新填写", "message": "请补正。"}
        self.act("clerk", f"/desk/cases/{asked}/supplement/", point)
        self.tour.add("clerk", f"/desk/cases/{asked}/?done=request_supplement")
        self.tour.add("chen", f"/cases/{asked}/", f"/applications/{asked}/", f"/applications/{asked}/check/")

        review, decide = self.file("liang", ALLOWANCE), self.file("liang", ALLOWANCE)
        for case in (review, decide):
            self.act("clerk-civil", f"/desk/cases/{case}/accept/", {})
        self.act(
            "reviewer-civil", f"/desk/cases/{decide}/complete/", {"verdict": "fits", "opinion": "符合条件。"}
        )
        self.tour.add("reviewer-civil", f"/desk/cases/{review}/")
        self.tour.add("decider-civil", "/desk/", f"/desk/cases/{decide}/")
        self.tour.add("liang", "/", f"/cases/{review}/")
        for page in ("", "law/", "items/food-licence/", "pack/", "accounts/", "events/"):
            self.tour.add("bureau", f"/console/{page}")
        self.tour.add("bureau", "/ui/gallery/", "/ui/gallery/desk/")
        self._items()
        self._ratings()

    def _accepted(self) -> str:
        """A case that only waits for its decision, so that the decider finds every verb of its state."""
        case = self.file("chen", SOLE_TRADER)
        self.act("clerk", f"/desk/cases/{case}/accept/", {})
        return case

    def _measures(self) -> None:
        """A case with all verbs of the decider; one that waits for the head; one that stands still; one to be heard."""
        self.tour.add("decider", f"/desk/cases/{self._accepted()}/")
        proposed, paused, heard = self._accepted(), self._accepted(), self._accepted()
        self.act("decider", f"/desk/cases/{proposed}/extension/", {"reasons": "情况复杂。"})
        self.tour.add("head", "/desk/", f"/desk/cases/{proposed}/")
        pause = {"basis": "第四十五条", "reasons": "需要检验。", "days": "5"}
        page = self.person("decider").get(f"/desk/cases/{paused}/").text
        kind = re.findall(r'<option value="([^"]+)"', page[page.index('id="pause-kind"') :])[0]
        self.act("decider", f"/desk/cases/{paused}/pause/", {**pause, "kind": kind})
        self.act("head", f"/desk/cases/{paused}/approve/", {})
        self.tour.add("decider", f"/desk/cases/{paused}/?done=approve")
        self.tour.add("chen", f"/cases/{paused}/")
        self.act("decider", f"/desk/cases/{heard}/hearing/offer/", {"matter": "拟不予登记。"})
        self.tour.add("chen", f"/cases/{heard}/", f"/cases/{heard}/hearing/")

    def _office(self) -> None:
        """Work with many cases, the conversation on one, exports."""
        self.tour.add("clerk", "/desk/bulk/accept/", "/desk/absence/", "/desk/all/?state=accepted")
        case = self.file("chen", SOLE_TRADER)
        self.act("chen", f"/cases/{case}/messages/send/", {"words": "什么时候可以办好？"})
        self.tour.add("clerk", "/desk/messages/", f"/desk/cases/{case}/messages/")
        self.tour.add("chen", f"/cases/{case}/messages/")
        self.act("clerk", f"/desk/cases/{case}/messages/send/", {"words": "明天。", "then": "case"})
        export = self.act("clerk", "/desk/exports/new/", {"scope": "all", "state": "accepted"})
        self.tour.add("clerk", "/desk/exports/", "/desk/exports/new/?scope=all", export)

    def _handed_over(self) -> None:
        """A fee that is paid, a result that lies at the counter, one that is posted, and one service that holds two."""
        fee, posted, whole = filing.filed(
            self.product,
            filing.road(accepted_by="housing-clerk"),
            filing.road(accepted_by="housing-clerk"),
            filing.restaurant(accepted_by="market-regulation-clerk"),
        )
        self.product.wait_for_jobs()
        to = {"recipient": "陈晓雯", "phone": "13800138001", "address": "大朗镇美景中路 88 号"}
        for case, way in ((fee, "collect"), (posted, "post")):
            self.act("chen", f"{case.own}delivery/", {**to, "way": way, "hall": "hall-dalang"})
            cashier = self.act("chen", f"{case.own}pay/", {})
            self.act("chen", cashier, {"result": "paid"})
            self.person("chen").get(f"{case.own}paid/")
            done = {"verdict": "fits", "opinion": "符合条件。"}
            self.act("housing-reviewer", f"{case.desk}complete/", done)
            self.act("housing-decider", f"{case.desk}grant/", {})
        self.tour.add("chen", cashier, f"{fee.own}delivery/", whole.own)
        self.product.wait_for_jobs()
        desk = self.person("housing-clerk")
        [lying] = re.findall(r'href="(/desk/handovers/[0-9a-f-]{36}/)"', desk.get("/desk/handovers/").text)
        listed = desk.get("/desk/handovers/?list=post").text
        [waiting] = re.findall(r'href="(/desk/handovers/[0-9a-f-]{36}/)"', listed)
        self.act("housing-clerk", f"{waiting}post/", {})
        self.product.wait_for_jobs()
        self.tour.add("housing-clerk", "/desk/handovers/", "/desk/handovers/?list=moving", lying, waiting)
        self.tour.add("housing-clerk", fee.desk)
        self.tour.add("chen", fee.own, posted.own, f"{posted.own}delivery/")
        self.tour.add("market-regulation-clerk", whole.desk)

    def _received(self) -> None:
        """A window of one hall: an application being filled in, one received with a paper, a bag on its way."""
        person = {"hall": "hall-changan", "name": "周玉兰", "proof": "id_card", "id_no": self._number("zhou")}
        begin = "/counter/new/old-age-allowance/"
        open_ = self.act("receiver-changan", begin, person)
        done = self.act("receiver-changan", begin, person)
        self.act("receiver-changan", f"{done}papers/", {"name": "户口簿", "count": "1", "original": "on"})
        self.act("receiver-changan", f"{done}save/", {"then": "hand_in"})
        bags = "/counter/bags/"
        self.tour.add("receiver-changan", "/counter/", "/counter/new/?q=高龄津贴", begin, open_, done, bags)
        self.tour.add(
            "receiver-changan", "/counter/policies/", "/counter/appeals/", "/counter/appeals/?category=rights"
        )
        self.tour.add("receiver-changan", "/counter/policies/", "/counter/mandates/", "/counter/identities/")
        resident = person | {"hall": "station-dongcheng-1"}
        self.tour.add("village-help", self.act("village-help", begin, resident), "/counter/")
        self.tour.add("gao", "/me/mandates/", "/me/mandates/new/", "/items/old-age-allowance/")
        page = self.person("receiver-changan").get(bags).text
        paper = re.search(r'name="paper" value="([^"]+)"', page)
        assert paper
        form = {"from": "hall-changan", "to": "hall-humen", "paper": paper.group(1), "condition": "intact"}
        bag = self.act(
            "receiver-changan", f"{bags}send/", {**form, "carrier": "机要专递（示例）", "waybill": "SF1"}
        )
        self.tour.add("receiver-humen", "/counter/", bag)
        self.tour.add("village-handler", "/desk/proofs/")
        self.tour.add("", "/log/", "/proofs/", "/nearby/", "/nearby/?item=food-licence&town=441900121")

    def _number(self, who: str) -> str:
        """The identity number of a demo person, as their card says it."""
        script = (
            "from tongban.kernel.parties import queries as q; "
            f"print(q.person(q.account_by_username({who!r}).person_id).id_no)"
        )
        return self.product.python(script).splitlines()[-1].strip()

    def _watched(self) -> None:
        """A card and a chase order, as the supervisor and the office see them, and the figures."""
        case = self.file("chen", SOLE_TRADER)
        found = re.search(r"DG\d{8}-\d+", self.person("clerk").get(f"/desk/cases/{case}/").text)
        board = self.person("supervisor").get("/desk/supervision/").text
        due = re.search(r'name="due" value="([^"]+)"', board)
        assert found
        assert due
        by_number, form = "/desk/supervision/by-number/", {"number": found.group(0), "words": "请说明。"}
        card = self.act("supervisor", by_number, {**form, "trigger": "illegal_fee"})
        order = self.act("supervisor", by_number, {**form, "trigger": "", "due": due.group(1)})
        pages = ["/desk/supervision/", "/desk/supervision/red/", "/desk/supervision/figures/"]
        self.tour.add("supervisor", *pages, card, order, "/desk/supervision/looks/", self._alarm())
        self.tour.add("clerk", f"/desk/cases/{case}/reveal/{self._masked(case)}/")
        self.tour.add("examiner", self._original())
        self.tour.add("clerk", "/desk/supervision/", card, order)

    def _masked(self, case: str) -> str:
        """A field of a case whose number is masked."""
        found = re.search(r"/reveal/([\w-]+)/", self.person("clerk").get(f"/desk/cases/{case}/").text)
        assert found
        return found.group(1)

    def _original(self) -> str:
        """Where an upload of the demonstration is fetched as it came."""
        rows = self.product.ask(
            "SELECT m.case_id, m.id FROM cases_casematerial m JOIN cases_case c ON c.id = m.case_id"
            " WHERE m.file_id IS NOT NULL AND c.agency = 'market-regulation' AND c.state <> 'draft' LIMIT 1"
        )
        [(case, row)] = [tuple(str(uuid.UUID(str(one))) for one in found) for found in rows]
        return f"/desk/cases/{case}/materials/{row}/original/"

    def _alarm(self) -> str:
        """An officer who searches for more people than anybody does: the alarm about it."""
        one = self.product.visitor("clerk-changan")
        for n in range(100, 162):
            one.post("/desk/search/", {"q": make_resident_id(f"44190019700101{n}")})
        [found] = self._links("supervisor", "/desk/supervision/looks/", "/desk/supervision/looks/")
        return found

    def _items(self) -> None:
        """An item that is being changed, with a fault, and one that waits for another person."""
        draft = self.act("editor", "/console/items/food-licence/draft/", {})
        self.act("editor", f"{draft}parts/guide/", {"revision": "0", "guide.hours.zh": ""})
        pages = ["basic", "guide", "limits", "conditions", "situations", "form", "form.2", "form.2.fields.2"]
        pages += [
            "materials",
            "materials.3",
            "commitments",
            "procedure",
            "procedure.3",
            "result",
            "legal_basis",
        ]
        self.tour.add("editor", "/console/drafts/", draft, f"{draft}text/", f"{draft}officer/")
        self.tour.add("editor", *(f"{draft}parts/{page}/" for page in pages))
        sent = self.act("editor", "/console/items/prepacked-food-filing/draft/", {})
        self.act("editor", f"{sent}parts/guide/", {"revision": "0", "guide.hours.zh": "全天。"})
        self.act("editor", f"{sent}propose/", {})
        self.tour.add("editor", f"{sent}applicant/", f"{sent}officer/")
        versions = "/console/items/prepacked-food-filing/versions/"
        self.tour.add("publisher", "/console/publishing/", sent, f"{sent}parts/form/", versions)
        self.tour.add("publisher", "/console/items/prepacked-food-filing/open-cases/")

    def _answered_for(self) -> None:
        """Facts with their department's answer, what was known for an award, and what goes to the province."""
        fact = "/policies/profile/org.cleaner_production"
        self.act("lin", f"{fact}/dispute/", {"claimed": "", "reason": "去年已通过审核验收。"})
        self.tour.add(
            "lin", "/policies/profile/org.industry/dispute/", "/policies/profile/org.graduates_hired/declare/"
        )
        self.tour.add("lin", *self._links("lin", "/policies/profile/", "/policies/profile/snapshots/")[:1])
        self.tour.add("lin", "/policies/duties/")
        self.act("bank", "/act-for/", {"for": self.organisation("示例银行"), "next": "/"})
        self.tour.add("bank", "/policies/interest/")
        asked = self._links("facts-industry", "/desk/facts/", "/desk/facts/")
        self.tour.add("facts-industry", "/desk/facts/", *asked[:1])
        home, records = "/console/exchange/", "/console/exchange/records/"
        self.tour.add("exchange", home, records, *self._links("exchange", records, records)[:1])

    def _links(self, who: str, page: str, begins: str) -> list[str]:
        """The addresses of rows that a page leads to, in their order."""
        text = (self.person(who) if who else self.product.visitor()).get(page).text
        return list(dict.fromkeys(re.findall(rf'href="({begins}[0-9a-f-]{{36}}/)"', text)))

    def _ratings(self) -> None:
        """A form to rate, a bad rating on its way to be put right, and what the public reads of it."""
        refused = self.file("chen", SOLE_TRADER)
        self.act("clerk", f"/desk/cases/{refused}/refuse/", {"reasons": "不属于本机关职权范围。"})
        self.tour.add("chen", f"/cases/{refused}/")
        rated = self.file("chen", SOLE_TRADER)
        self.act("clerk", f"/desk/cases/{rated}/refuse/", {"reasons": "不属于本机关职权范围。"})
        words = {"grade": "5", "words": "跑了三次", "points-5": "sent_around", "publish": "yes"}
        self.act("chen", f"/cases/{rated}/rate/", words)
        found = re.search(
            r'href="(/desk/ratings/[0-9a-f-]{36}/)"', self.person("ratings").get("/desk/ratings/").text
        )
        assert found
        self.act("ratings", f"{found.group(1)}contact/", {"words": "已电话回访。"})
        self.tour.add("chen", f"/cases/{rated}/")
        self.tour.add("ratings", "/desk/ratings/", "/desk/ratings/words/", found.group(1))
        self.tour.add("bureau", "/desk/ratings/?lamp=red", found.group(1))
        self.tour.add("chen", "/to-sign/")
        self.tour.add("", "/ratings/", "/figures/", "/one-thing/")

    def _results(self, proof: str) -> None:
        page = self.person("chen").get(f"/cases/{proof}/").text
        wallet = re.search(r'href="(/wallet/[0-9a-f-]{36}/)"', page)
        assert wallet, "the proof is in the wallet"
        code = re.search(r'href="(/verify/[A-Z0-9]+/)"', self.person("chen").get(wallet.group(1)).text)
        assert code
        self.tour.add("chen", f"/cases/{proof}/", f"/cases/{proof}/receipt/", wallet.group(1))
        self.tour.add("", code.group(1), "/verify/NOSUCHCODE/", "/verify/offline/")
        licences(self, wallet.group(1))
