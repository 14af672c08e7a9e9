"""A template variable that does not exist fails the test instead of leaving a blank in the page."""

import sys
from pathlib import Path

import django

_DJANGO = str(Path(django.__file__).parent)


class UndefinedVariable(AssertionError):
    """A template names something that its view did not give it."""


class Undefined(str):
    """Stands in `string_if_invalid`. Django formats it with the variable's name, which is when we raise.

    Django's own templates (form widgets, error pages) count on blanks and are let through.
    """

    __slots__ = ()

    def __contains__(self, item: object) -> bool:
        return item == "%s" or super().__contains__(item)

    def __mod__(self, variable: object) -> str:
        context = sys._getframe(1).f_locals.get("context")
        template = context and (context.render_context.template or context.template)
        origin = str(template.origin.name) if template else "?"
        if origin.startswith(_DJANGO):
            return ""
        raise UndefinedVariable(f"{origin} uses {{{{ {variable} }}}}, which is not in its context")
