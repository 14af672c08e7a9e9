"""What follows when an authority does something with a licence, new versions, and licences taken over from a table."""

import pytest

from tests import city
from tests.kernel.credentials.faces import face, issue
from tongban.foundation.ids import check_cert_identifier, make_resident_id, make_uscc
from tongban.kernel.credentials import actions as credentials
from tongban.kernel.credentials import queries as reading
from tongban.kernel.credentials.models import Credential
from tongban.kernel.credentials.states import Act, ActNotPossible
from tongban.kernel.documents import queries as documents
from tongban.kernel.notices import queries as notices
from tongban.kernel.outcomes import actions
from tongban.kernel.outcomes.actions import CannotReissue, WrongColumns
from tongban.kernel.seals import queries as seals

pytestmark = pytest.mark.django_db
WHY = "经查，申请时提交的场地证明系伪造，依法处理。"
TYPE = "food-business-licence"


@pytest.fixture
def holder(clock):
    return city.account(city.person())


@pytest.fixture
def decider(clock):
    return city.actor(city.officer("decider", agency="market-regulation"))


@pytest.fixture
def head(clock):
    return city.actor(city.officer("head", agency="market-regulation", place=""))


def licence(holder, **changes):
    person = city.parties_person(city.actor(holder))
    given = {"issuer": "market-regulation", "issuer_name": "市场监督管理局", "place_path": city.town()}
    return issue(face(person, **{**given, **changes}))


class TestActs:
    """Letter and notice."""

    def test_the_holder_gets_the_letter_and_a_notice(self, clock, holder, decider, head):
        row = licence(holder)
        act = credentials.propose(
            credential_id=row.pk,
            act=Act.REVOKE,
            ground="fraud",
            reasons=WHY,
            document_no="东市监撤〔2026〕1号",
            by=decider,
        )
        city.run_jobs()
        assert documents.letters_about(act.pk) == []
        credentials.agree(act_id=act.pk, by=head)
        city.run_jobs()
        city.run_jobs()
        [letter] = documents.letters_about(act.pk)
        assert letter.kind == "credential_act"
        content = documents.content(letter.file)
        assert seals.verify_pdf(content).verdict == "valid"
        said = words_in(content)
        for words in (WHY, "撤销", "东市监撤〔2026〕1号", "第六十九条第二款", "行政复议", row.number):
            assert words in said
        [notice] = notices.inbox(city.actor(holder))
        assert (notice.title_zh, notice.about_id) == ("证照撤销：许可证", row.pk)

    def test_two_acts_on_one_licence_are_two_letters(self, clock, holder, decider, head):
        row = licence(holder)
        for act, ground in ((Act.SUSPEND, "punishment"), (Act.RESTORE, "over")):
            done = credentials.propose(
                credential_id=row.pk, act=act, ground=ground, reasons=WHY, document_no="x", by=decider
            )
            if act == Act.SUSPEND:
                credentials.agree(act_id=done.pk, by=head)
        city.run_jobs()
        assert documents.doubled() == []
        assert [len(documents.letters_about(act.pk)) for act in reading.acts_on(row)] == [1, 1]


def words_in(pdf):
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        text = "".join(page.get_textpage().get_text_bounded() for page in document)
    return "".join(text.split())


class TestReissue:
    """A new version that replaces the old one."""

    def again(self, row, by, **changes):
        given = {"ground": "changed", "reasons": WHY, "changes": {"scope": "餐饮、外卖"}}
        return actions.reissue(credential_id=row.pk, by=by, **{**given, **changes})

    def test_the_new_one_names_the_old_one(self, holder, decider):
        old = licence(holder)
        new = self.again(old, decider)
        old.refresh_from_db()
        assert (new.number, new.version, new.replaces_id, new.state) == (old.number, 2, old.pk, "valid")
        assert (old.state, reading.replaced_by(old)) == ("cancelled", new)
        assert new.identifier != old.identifier
        assert check_cert_identifier(new.identifier).ok
        assert {field["id"]: field["value"] for field in new.fields}["scope"] == "餐饮、外卖"
        assert seals.verify_pdf(documents.content(new.file)).verdict == "valid"
        assert reading.held([old.holder_id], old.valid_from) == {TYPE: new}
        with pytest.raises(ActNotPossible):
            self.again(old, decider)

    @pytest.mark.parametrize(
        "wrong",
        [{"changes": {}}, {"ground": "lost"}, {"changes": {"scope": " "}}],
    )
    def test_what_cannot_be_reissued(self, holder, decider, wrong):
        row = licence(holder)
        with pytest.raises(CannotReissue):
            self.again(row, decider, **wrong)
        assert Credential.objects.count() == 1

    def test_a_lost_one_says_the_same(self, holder, decider):
        old = licence(holder)
        new = self.again(old, decider, ground="lost", changes={})
        assert new.fields == old.fields


def row(**changes):
    given = {
        "number": "JY14419000000001",
        "holder_code": make_uscc("91441900MA5000001"),
        "holder_name": "老字号酒楼有限公司",
        "valid_from": "2023-05-06",
        "valid_until": "2028-05-05",
        "business": "餐饮服务经营者",
    }
    return {**given, **changes}


def take(*rows, type=TYPE):
    return list(actions.take_over(rows=rows, columns=list(rows[0]), type=type))


class TestTakingOver:
    """Row by row, each with its outcome."""

    def test_a_row_becomes_a_licence(self, clock):
        assert [one.outcome for one in take(row())] == ["accepted"]
        kept = reading.by_number(TYPE, "JY14419000000001")
        assert (kept.case_id, kept.state, str(kept.valid_until)) == (None, "valid", "2028-05-05")
        said = {field["id"]: field["value"] for field in kept.fields}
        assert said == {
            "name": "老字号酒楼有限公司",
            "uscc": row()["holder_code"],
            "business": "餐饮服务经营者",
            "number": "JY14419000000001",
            "valid_to": "2028 年 5 月 5 日",
        }
        assert check_cert_identifier(kept.identifier).ok
        assert seals.verify_pdf(documents.content(kept.file)).verdict == "valid"
        assert reading.doubled() == []

    def test_again_it_is_known_and_nothing_is_made(self, clock):
        take(row())
        files = Credential.objects.get().file_id
        assert [one.outcome for one in take(row(), row(number="JY2"))] == ["known", "accepted"]
        assert Credential.objects.get(number="JY14419000000001").file_id == files

    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"number": ""}, "编号或者持证人姓名为空"),
            ({"holder_name": " "}, "编号或者持证人姓名为空"),
            ({"holder_code": "91441900MA5000001X"}, "既不是身份证号码"),
            ({"valid_from": ""}, "有效期不对"),
            ({"valid_from": "去年"}, "不是日期"),
            ({"valid_until": "2020-01-01"}, "有效期不对"),
            ({"state": "42"}, "状态代码“42”不认识"),
            ({"business": "长" * 501}, "有一格太长"),
            ({"place": "999999"}, "没有代码为“999999”的地点"),
            ({"identifier": "1.2.156.3005.2.x"}, "校验位不对"),
        ],
    )
    def test_a_wrong_row_is_refused_with_why_and_the_next_goes_on(self, clock, changes, why):
        bad = row(**changes)
        good = row(number="JY9", **{name: "" for name in changes if name not in row()})
        first, second = take(bad, good)
        assert (first.line, first.outcome, second.line, second.outcome) == (2, "refused", 3, "accepted")
        assert why in first.why_zh
        assert first.why_en

    def test_a_number_of_another_holder_is_refused(self, clock):
        take(row())
        other = row(holder_code=make_uscc("91441900MA5000002"), holder_name="别的公司")
        assert "持证人不同" in take(other)[0].why_zh

    def test_another_name_than_the_registered_one_is_refused(self, clock):
        take(row())
        assert "与登记的不一致" in take(row(number="JY2", holder_name="改了名的公司"))[0].why_zh

    def test_it_keeps_its_identifier_and_its_state(self, clock):
        identifier = credentials.identifier_for("11441900MB9900013G001", "11441900MB9900013G", 77)
        take(row(identifier=identifier, state="04", valid_until="长期"))
        kept = reading.by_identifier(identifier)
        assert (kept.state, kept.valid_until) == ("cancelled", None)
        assert (
            "已经用于另一份证照"
            in take(row(number="JY2", identifier=identifier, state="", valid_until=""))[0].why_zh
        )

    def test_the_holder_finds_it_in_the_wallet(self, clock, holder):
        person = city.parties_person(city.actor(holder))
        take(row(holder_code=person.id_no, holder_name=person.name))
        assert [one.number for one in reading.visible(city.actor(holder))] == ["JY14419000000001"]

    def test_a_person_nobody_knows_is_registered(self, clock):
        code = make_resident_id("44190019800101123")
        take(row(holder_code=code, holder_name="黄志强", place=city.DALANG))
        kept = Credential.objects.get()
        assert (kept.holder_name, kept.place_path) == ("黄志强", city.town())

    def test_a_table_without_its_columns_is_refused_as_a_whole(self, clock):
        with pytest.raises(WrongColumns, match="holder_code"):
            list(actions.take_over(rows=[], columns=["number"], type=TYPE))

    def test_rows_are_read_one_by_one(self, clock):
        seen = []

        def source():
            for number in range(3):
                seen.append(number)
                yield row(number=f"JY{number}", valid_from="")

        taken = actions.take_over(rows=source(), columns=list(row()), type=TYPE)
        next(taken)
        assert seen == [0]


def test_the_command_reports_each_row(clock, tmp_path, capsys):
    import csv
    import json

    from tongban.site.commands import credentials as command

    table, report = tmp_path / "old.csv", tmp_path / "report.jsonl"
    with table.open("w", encoding="gb18030", newline="") as out:
        writer = csv.DictWriter(out, fieldnames=list(row()))
        writer.writeheader()
        writer.writerows([row(), row(number="JY2", valid_from="x")])
    parser = __import__("argparse").ArgumentParser()
    command.arguments("credentials", parser)
    given = ["import", str(table), "--type", TYPE, "--encoding", "gb18030", "--report", str(report)]
    assert command.run(parser.parse_args(given)) == 2
    outcomes = [json.loads(line)["outcome"] for line in report.read_text(encoding="utf-8").splitlines()]
    assert outcomes == ["accepted", "refused"]
    said = capsys.readouterr()
    assert "收录 1，已有 0，未收 1" in said.out
    assert "第 3 行 JY2" in said.err
    assert command.run(parser.parse_args([*given[:1], str(tmp_path / "none.csv"), *given[2:]])) == 2
