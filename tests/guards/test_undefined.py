"""The guard against variables that a view forgot: it works, and lets Django's own templates pass."""

from pathlib import Path

import django
import pytest
from django.conf import settings
from django.template import Context, engines

from tests.undefined import Undefined, UndefinedVariable


def test_the_guard_is_in_force():
    options = [engine.get("OPTIONS", {}).get("string_if_invalid") for engine in settings.TEMPLATES]
    assert options
    assert all(isinstance(option, Undefined) for option in options)


def test_an_undefined_variable_fails():
    template = engines["django"].from_string("{{ case.nubmer }}")
    with pytest.raises(UndefinedVariable, match=r"case\.nubmer"):
        template.render({"case": {}})


def test_a_defined_variable_and_a_question_pass():
    template = engines["django"].from_string("{{ a }}{% if b %}x{% endif %}")
    assert template.render({"a": ""}) == ""


def test_djangos_own_templates_pass():
    template = engines["django"].from_string("{{ nothing }}").template
    template.origin.name = str(Path(django.__file__).parent / "forms/templates/a.html")
    assert template.render(Context()) == ""
