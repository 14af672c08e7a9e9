"""Ten made-up identity numbers and telephones go through the doors of a running product, then everything it left is searched.

Nothing may hold one of them in the clear: the log (refusals and a fault of ours too), addresses, events, the database's
files, sessions, exports, the outbox, stored files. What has to hold one is encrypted, and the people behind are found by it.
"""

import html
import io
import re
import sqlite3
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pypdfium2
import pyrage
import pytest

from tests.running import Answer, Product, Visitor, running
from tongban.foundation.ids import make_resident_id

# It takes minutes, and breaks two tables for a moment.
pytestmark = pytest.mark.faults

NUMBERS = [make_resident_id(f"441900{1951 + n}0{1 + n % 9}1{n}{371 + 40 * n}") for n in range(10)]
PHONES = [f"1975{n}40{n}86{n}" for n in range(10)]
# A password is on its way through the same doors: set, mistyped, used to sign in.
PASSWORD = "four-canaries-in-a-teapot"
CANARIES = [*NUMBERS, *PHONES, PASSWORD]
SECRET = "证件 {}，电话 {}"
# Keys are random, so a hit there is none; the sign-in pages of the demonstration read no file.
_SKIPPED = ("keys", "static")


class Watched(Visitor):
    """Keeps every address that an answer gives out."""

    given: list[str]

    def request(self, *args, **kwargs) -> Answer:
        answer = super().request(*args, **kwargs)
        found = [answer.headers.get("location", ""), answer.headers.get("HX-Redirect", "")]
        if answer.headers.get("content-type", "").startswith("text/html"):
            found += re.findall(r'(?:href|action|src|hx-\w+)="([^"]*)"', html.unescape(answer.text))
        ADDRESSES.extend(found)
        return answer


ADDRESSES: list[str] = []


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    with running() as one:
        yield one


def visitor(product: Product, username: str = "") -> Watched:
    one = Watched(product.base)
    if username:
        one.sign_in(username)
    return one


def multipart(name: str, content: bytes) -> tuple[bytes, dict[str, str]]:
    mark = uuid.uuid4().hex
    head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\n'
    return (
        head.encode() + content + f"\r\n--{mark}--\r\n".encode(),
        {"Content-Type": f"multipart/form-data; boundary={mark}"},
    )


def sign_up(product: Product, n: int) -> Watched:
    """Open an account, show its code, and have the population base match name and number."""
    one = visitor(product)
    one.get("/sign-in/new/")
    form = {"name": f"金丝雀{n}", "id_type": "111", "id_no": NUMBERS[n], "phone": PHONES[n], "country": ""}
    assert one.post("/sign-in/new/", {**form, "agreed": "on"}).status == 302
    shown = re.search(r'class="num">(\d{6})<', one.get("/sign-in/code/").text)
    assert shown
    assert one.post("/sign-in/code/", {"code": shown.group(1)}).status == 302
    assert one.post("/me/level/", {"kind": "population", "level": "2", "next": "/me/"}).status == 302
    with_password(product, one, n)
    return one


def with_password(product: Product, owner: Watched, n: int) -> None:
    """Set a password, mistype it, sign in by it."""
    assert owner.post("/me/security/password/", {"password": PASSWORD}).status == 302
    other = visitor(product)
    other.get("/sign-in/password/")
    for typed, status in ((f"{PASSWORD}!", 422), (PASSWORD, 302)):
        assert other.post("/sign-in/password/", {"username": PHONES[n], "password": typed}).status == status


def organisation(product: Product, named: str) -> str:
    [(id,)] = product.ask(f"SELECT id FROM parties_organisation WHERE name LIKE '%{named}%'")
    return str(uuid.UUID(str(id)))


def apply(product: Product) -> str:
    """A draft with another one's number typed into it, and an application with a telephone, a message and a note."""
    chen = visitor(product, "chen")
    situation = {"s-place": "hospital", "s-benefit": "no", "s-fund": "no", "s-medical": "no"}
    draft = chen.post("/items/after-death/apply/", situation).headers["location"]
    typed = {"dead_name": "某人", "dead_id": NUMBERS[2], "died_on": "2026-01-05", "dead_relation": "child"}
    assert chen.post(f"{draft}sections/dead/", typed).status in (302, 422)
    assert NUMBERS[2] in chen.get(f"{draft}sections/dead/").text, "its owner reads it"
    id = str(uuid.uuid4())
    body = {
        "submission_id": id,
        "item": "sole-trader",
        "situation": {"form": "individual", "place": "shop"},
        "answers": {**_shop(), "phone": PHONES[2]},
        "signed": ["place"],
    }
    answer = chen.post_json("/api/cases/", body)
    assert answer.status == 201, answer.text
    assert (
        chen.post(f"/cases/{id}/messages/send/", {"words": SECRET.format(NUMBERS[3], PHONES[3])}).status
        == 302
    )
    clerk = visitor(product, "clerk")
    assert clerk.get(f"/desk/cases/{id}/").status == 200
    assert (
        clerk.post(f"/desk/cases/{id}/notes/", {"words": SECRET.format(NUMBERS[3], PHONES[3])}).status == 302
    )
    assert clerk.post("/desk/search/", {"q": NUMBERS[3]}).status == 200
    return id


def _shop() -> dict[str, object]:
    from tests.faults.test_kills import SHOP

    return dict(SHOP)


def at_a_window(product: Product) -> None:
    """A receiver types a number that nobody knows: a person is registered, an application begun."""
    one = visitor(product, "receiver-changan")
    who = {
        "hall": "hall-changan",
        "name": "金丝雀四",
        "proof": "id_card",
        "id_no": NUMBERS[4],
        "phone": PHONES[4],
    }
    page = one.post("/counter/new/old-age-allowance/", who)
    assert page.status == 302, page.text[-800:]
    assert one.get(page.headers["location"]).status == 200
    wrong = {**who, "id_no": NUMBERS[5][:-1] + ("0" if NUMBERS[5][-1] != "0" else "1")}
    assert one.post("/counter/new/old-age-allowance/", wrong).status == 422
    offers = {"hall": "hall-changan", "name": "别人", "proof": "id_card", "id_no": NUMBERS[4]}
    assert one.post("/counter/policies/", offers).status == 422


def appeal(product: Product) -> None:
    """A firm's appeal, a dispute about a fact, a mandate, and a table of people."""
    lin = visitor(product, "lin")
    firm = organisation(product, "台信")
    body = {
        "submission_id": str(uuid.uuid4()),
        "category": "rights",
        "title": "拖欠货款",
        "organisation": firm,
    }
    body |= {"words": SECRET.format(NUMBERS[5], PHONES[5]), "contact": f"王先生 {PHONES[5]}"}
    assert lin.post_json("/api/appeals/", body).status == 201
    lin.post("/act-for/", {"for": firm, "next": "/"})
    reason = {"claimed": "", "reason": SECRET.format(NUMBERS[6], PHONES[6])}
    assert lin.post("/policies/profile/org.cleaner_production/dispute/", reason).status == 302
    person = {"name": "金丝雀七", "id_no": NUMBERS[7], "duty": "finance"}
    assert lin.post("/enterprise/people/add/", person).status in (302, 404, 422)
    table = f"姓名,身份证号码,分工,开始日期,结束日期\r\n金丝雀八,{NUMBERS[8]},,,\r\n".encode()
    content, headers = multipart("table", table)
    assert lin.request("POST", "/enterprise/people/import/", content, headers).status in (302, 404, 422)


def take_over(product: Product, folder: Path) -> None:
    """A department's older licences."""
    rows = ["number,holder_code,holder_name,valid_from", f"X-1,{NUMBERS[9]},金丝雀九,2025-01-01"]
    table = folder / "licences.csv"
    table.write_text("\n".join(rows), encoding="utf-8")
    said = product.tongban("credentials", "import", str(table), "--type", "driving-licence")
    assert said.returncode in (0, 2)
    assert not any(one in said.stdout + said.stderr for one in CANARIES)


def look_for(product: Product) -> None:
    """Numbers typed into searches and filters, as forms without script send them; what comes back is gone through too."""
    doors = {
        "": (
            "/search/?q={}&page=1",
            "/search/suggestions/?q={}",
            "/sign-in/?next=/search/?q={}",
            "/verify/?code={}",
        ),
        "chen": ("/cases/?tab={}", "/policies/?q={}", "/proofs/?q={}", "/market/?q=x&town={}"),
        "clerk": ("/desk/search/?q={}", "/desk/all/?item={}&lamp=red"),
    }
    for username, paths in doors.items():
        one = visitor(product, username)
        for typed in (NUMBERS[6], PHONES[7], f"某人 {NUMBERS[8]}"):
            for path in paths:
                led = one.get(path.format(quote(typed)))
                assert (led.status, led.headers["location"].endswith("numbers=cut")) == (302, True), path
                page = one.get(led.headers["location"])
                assert page.status in (200, 422), path
                assert hits(page.body) == []
            refused = one.get(f"/api/search/?q={quote(typed)}")
            assert (refused.status, hits(refused.body)) == (400, [])
    clerk = visitor(product, "clerk")
    assert clerk.post("/desk/search/", {"q": PHONES[6]}).headers["location"] == "/desk/search/?numbers=cut"
    set_language = {"language": "en", "next": f"/search/?q={NUMBERS[6]}"}
    assert hits(clerk.post("/ui/preferences/", set_language).headers["location"].encode()) == []


def go_wrong(product: Product) -> None:
    """Addresses that are not there, forms without their token, a fault of ours: each leaves a line in the log."""
    one, chen = visitor(product), visitor(product, "chen")
    for n in range(10):
        assert one.get(f"/nowhere/{NUMBERS[n]}/{PHONES[n]}/").status == 404
    assert chen.get(f"/cases/{NUMBERS[0]}/").status == 404
    one.cookies["csrftoken"] = ""
    assert one.post(f"/sign-in/new/?n={NUMBERS[1]}", {"id_no": NUMBERS[1]}).status == 403
    assert chen.post_json("/api/cases/", {"submission_id": NUMBERS[1]}).status == 400
    with sqlite3.connect(product.var / "tongban.sqlite3", timeout=30) as database:
        database.execute("ALTER TABLE names_reservedname RENAME TO names_away")
        database.execute("ALTER TABLE identities_givenidentity RENAME TO identities_away")
    one.get("/sign-in/new/")
    form = {"name": "故障", "id_type": "111", "id_no": NUMBERS[0], "phone": PHONES[0], "agreed": "on"}
    assert one.post("/sign-in/new/", form).status == 500
    with sqlite3.connect(product.var / "tongban.sqlite3", timeout=30) as database:
        database.execute("ALTER TABLE names_away RENAME TO names_reservedname")
        database.execute("ALTER TABLE identities_away RENAME TO identities_givenidentity")


@pytest.fixture(scope="module")
def left(product, tmp_path_factory) -> Product:
    """The product after the round, its jobs done."""
    for n in (0, 1):
        sign_up(product, n)
    apply(product)
    at_a_window(product)
    appeal(product)
    take_over(product, tmp_path_factory.mktemp("tables"))
    assert visitor(product, "clerk").post("/desk/exports/new/", {"scope": "all"}).status == 302
    assert visitor(product, "chen").post("/me/copies/ask/", {}).status == 302
    look_for(product)
    go_wrong(product)
    product.wait_for_jobs()
    return product


def hits(content: bytes) -> list[str]:
    return [one for one in CANARIES if one.encode() in content]


def test_the_round_has_left_what_it_should(left):
    """Or the search below would find nothing for nothing."""
    script = """
from tongban.kernel.parties import queries
for one in {numbers!r}:
    print(queries.person_by_id_no(one) is not None)
"""
    known = left.python(script.format(numbers=[NUMBERS[n] for n in (0, 1, 4)])).split()
    assert known == ["True"] * 3
    log = left.log.read_text(encoding="utf-8")
    assert "/nowhere/[18]/[11]/" in log, "the address was logged, its numbers were not"
    assert "Traceback" in log


def test_no_log_line_holds_one(left):
    assert hits(left.log.read_bytes()) == []


def test_no_address_holds_one(left):
    assert len(ADDRESSES) > 200
    assert [one for one in ADDRESSES if hits(one.encode())] == []


def test_no_file_holds_one(left):
    """The database with its log beside it, exports, outbox, stored papers: byte by byte, and PDFs by their text.

    A telephone number stands in the outbox, which is where messages to it wait for their carrier. One paper says a number,
    because it is the licence of its holder, and nothing else does.
    """
    found, files = {}, 0
    for path in sorted(left.var.rglob("*")):
        inside = path.relative_to(left.var).parts
        if not path.is_file() or inside[0] in _SKIPPED:
            continue
        files += 1
        content = path.read_bytes()
        if content.startswith(b"%PDF"):
            content += _words(content).encode()
        holds = [one for one in hits(content) if inside[0] != "outbox" or one in NUMBERS]
        if holds:
            found["/".join(inside)] = holds
    assert files > 10
    licence = "SELECT file_id FROM credentials_credential WHERE number = 'X-1'"
    [(digest,)] = left.ask(f"SELECT sha256 FROM documents_storedfile WHERE id IN ({licence})")
    assert found == {f"files/store/{digest[:2]}/{digest}": [NUMBERS[9]]}
    assert len(list((left.var / "files" / "dossiers").iterdir())) == 1, "encrypted like the rest"


@pytest.mark.parametrize("encrypted", [True, False])
def test_no_backup_holds_one(left, tmp_path, encrypted):
    """Encrypted nothing can be read; unencrypted only the licence that says its holder's number."""
    to = {"TONGBAN_BACKUP_RECIPIENT": str(pyrage.x25519.Identity.generate().to_public())}
    asked = ("backup", "make", str(tmp_path), *(() if encrypted else ("--plain",)))
    said = replace(left, settings={**left.settings, **(to if encrypted else {})}).tongban(*asked)
    assert said.returncode == 0, said.stdout + said.stderr
    assert hits((said.stdout + said.stderr).encode()) == []
    contents = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert len(contents) > 10
    assert any(one.startswith(b"SQLite format 3") for one in contents) is not encrypted
    papers = [_words(one).encode() for one in contents if one.startswith(b"%PDF")]
    assert (papers == []) is encrypted
    assert [one for content in (*contents, *papers) for one in hits(content)] == (
        [] if encrypted else [NUMBERS[9]]
    )


def _words(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    return "".join(page.get_textpage().get_text_range() for page in document)


def test_no_session_holds_one(left):
    script = """
from django.contrib.sessions.models import Session
for row in Session.objects.order_by("pk"):
    print(row.get_decoded())
"""
    said = left.python(script)
    assert said.strip()
    assert hits(said.encode()) == []


def test_neither_the_sealed_log_nor_its_export_holds_one(left, tmp_path):
    left.tongban("log", "seal")
    said = left.tongban("log", "export", str(tmp_path / "log.jsonl"))
    content = b"".join(one.read_bytes() for one in tmp_path.iterdir()) + said.stdout.encode()
    assert b"look.recorded" in content or left.ask("SELECT count(*) FROM looks_look")[0][0] > 0
    assert hits(content) == []
