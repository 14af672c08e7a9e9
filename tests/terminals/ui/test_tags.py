"""Tags and filters: they escape, they speak both languages, they refuse what does not exist."""

from datetime import UTC, datetime

import pytest
from django import forms
from django.template import engines
from django.utils import translation

from tests.guards.source import ROOT, files
from tongban.terminals.ui import charts, fields, texts
from tongban.terminals.ui.templatetags import ui


def draw(text, **context):
    return engines["django"].from_string("{% load ui %}" + text).render(context)


def test_t_escapes_values_but_not_markup_made_safe():
    assert draw('{% t "版本 {version}" version=x %}', x="<b>") == "版本 &lt;b&gt;"


def test_t_speaks_english():
    with translation.override("en"):
        assert draw('{% t "版本 {version}" version=1 %}') == "Version 1"
        assert texts._("版本 {version}", version=2) == "Version 2"
        assert str(texts.later("提交")) == "Submit"


def test_a_hole_without_value_is_a_bug():
    with pytest.raises(KeyError):
        texts._("版本 {version}", other=1)


def test_local_falls_back_to_chinese():
    with translation.override("en"):
        assert texts.local({"zh": "甲", "en": "A"}) == "A"
        assert texts.local({"zh": "甲"}) == "甲"
    assert texts.local({"zh": "甲", "en": "A"}) == "甲"
    assert (texts.local("乙"), texts.local(None)) == ("乙", "")


def test_an_unknown_icon_is_refused():
    with pytest.raises(ui.UnknownIcon):
        ui.icon("no-such-icon")


def test_icons_named_in_packs_exist():
    import yaml

    def icons(node):
        if isinstance(node, dict):
            yield from [node["icon"]] if isinstance(node.get("icon"), str) else []
            for value in node.values():
                yield from icons(value)
        elif isinstance(node, list):
            for value in node:
                yield from icons(value)

    named = {
        i
        for p in files("packs", suffix=".yaml")
        for i in icons(yaml.safe_load(p.read_text(encoding="utf-8")))
    }
    assert named - ui.icon_names() == set()


def test_the_sprite_is_the_one_that_vendor_toml_names():
    import hashlib
    import tomllib

    folder = ROOT / "tongban/terminals/ui/static/ui"
    [sprite] = tomllib.loads((folder / "VENDOR.toml").read_text(encoding="utf-8"))["files"]
    assert hashlib.sha256((folder / sprite["path"]).read_bytes()).hexdigest() == sprite["sha256"]
    assert ui.icon_names() == set(sprite["icons"].split())


def test_dates_and_money():
    late_in_london = datetime(2026, 3, 1, 17, 0, tzinfo=UTC)
    text = "{{ d|cndate }} {{ d|cnday }} {{ d|cntime }} {{ f|money }} {{ n|grouped }}"
    context = {"d": late_in_london, "f": 123450, "n": 48216}
    assert draw(text, **context) == "2026年3月2日 03-02 2026-03-02 01:00 1,234.50 48,216"
    with translation.override("en"):
        assert draw('{{ "2026-03-02"|cndate }}') == "2 March 2026"


def test_names_are_masked():
    assert draw("{{ a|mask_name }}", a="陈晓雯") == "陈*雯"


def test_a_light_has_shape_and_words():
    shown = draw('{% light "red" "超期" %}')
    assert all(part in shown for part in ("■", "红灯", "超期"))


def test_notice_escapes_what_is_inside():
    assert "&lt;i&gt;" in draw('{% notice "warn" title %}{{ x }}{% endnotice %}', x="<i>", title="a")
    assert "&lt;u&gt;" in draw("{% card title %}{% endcard %}", title="<u>")


def test_ring_cuts_and_survives_nothing():
    assert charts.ring(99.99, 100, size=64, label="", kind="").text == "99%"
    assert charts.ring(1, 0, size=64, label="", kind="").text == "0%"


def test_spark_draws_empty_and_flat_series():
    assert charts.spark([], "x").line == "0.0,30.0 100.0,30.0"
    assert charts.spark([5], "x").line == "0.0,30.0 100.0,30.0"
    assert charts.spark([0, 1], "x").line == "0.0,30.0 100.0,2.0"


def test_map_bands():
    towns = [{"code": c, "name": c, "en": c.upper(), "d": "M0 0", "x": 0, "y": 0} for c in "abc"]
    drawn = charts.cells(
        {"towns": towns}, {"a": 10, "b": 1}, selected="b", href="?t=", unit="人", english=False
    )
    assert [(cell.band, cell.current, cell.said, cell.url) for cell in drawn] == [
        (4, False, "a：10人", "?t=a"),
        (0, True, "b：1人", "?t=b"),
        (0, False, "c", "?t=c"),
    ]
    plain = charts.cells({"towns": towns}, None, selected="", href="", unit="", english=True)
    assert [cell.name for cell in plain] == ["A", "B", "C"]


class TestField:
    def test_a_prefilled_fact_is_not_sent_back(self):
        source = fields.Provenance("营业执照", "市场监管", "2026-03-02", "/wrong/")
        one = fields.Field("name", "名称", value="甲", readonly=True, provenance=source)
        shown = draw("{% field one %}", one=one)
        assert "readonly" in shown
        assert 'name="name"' not in shown
        assert 'aria-describedby="name-source"' in shown
        assert 'href="/wrong/"' in shown

    def test_an_error_is_tied_to_its_control(self):
        shown = draw(
            "{% field one %}", one=fields.Field("area", "面积", "decimal", error="请填写", hint="例")
        )
        assert 'aria-describedby="area-error area-hint"' in shown
        assert 'aria-invalid="true"' in shown
        assert 'id="area-error"' in shown

    def test_from_a_definition(self):
        options = [{"id": str(n), "label": {"zh": f"选项{n}"}} for n in range(7)]
        base = {"id": "x", "label": {"zh": "甲", "en": "A"}, "required": True}
        many = fields.field_from({**base, "type": "choice", "options": options}, value="3")
        assert (many.widget, many.shown) == ("select", "选项3")
        few = fields.field_from({**base, "type": "choices", "options": options[:2]}, value=["0", "1"])
        assert (few.widget, few.shown) == ("checkboxes", "选项0、选项1")
        no = fields.field_from({**base, "type": "yesno"}, value=False)
        assert (no.widget, no.shown) == ("radios", "否")
        unanswered = fields.field_from({**base, "type": "yesno"})
        assert unanswered.shown == ""

    def test_definition_gives_hint_and_limits(self):
        one = fields.field_from(
            {
                "id": "x",
                "label": {"zh": "甲"},
                "type": "int",
                "editable": False,
                "help": {"zh": "说明"},
                "example": 8,
                "min": 1,
                "max_length": 3,
            },
            value=5,
        )
        assert (one.readonly, one.required, one.hint) == (True, False, "说明 例如：8")
        assert (one.value, one.minimum, one.length_limit) == ("5", "1", 3)


class TestDjangoForms:
    class Form(forms.Form):
        phone = forms.CharField(label="手机号", help_text="中国大陆号码")
        way = forms.ChoiceField(
            label="方式", widget=forms.RadioSelect, choices=[("a", "甲"), ("b", "乙")], required=False
        )

    def test_label_hint_and_error_are_tied_to_the_control(self):
        form = self.Form({"way": "c"})
        shown = draw("{% for field in form %}{{ field.as_field_group }}{% endfor %}", form=form)
        assert 'aria-describedby="id_phone_helptext id_phone_error"' in shown
        assert 'id="id_phone_error"' in shown
        assert "<fieldset" in shown
        assert "（选填）" in shown
