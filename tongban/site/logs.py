"""How log lines are written: numbers of persons are hidden in whatever a line, a trace or an address holds (T20)."""

import logging

from tongban.foundation.ids import veiled


class Veiled(logging.Formatter):
    """Formats as usual, the trace too, then hides what may be an identity number, a telephone or an account."""

    def format(self, record: logging.LogRecord) -> str:
        return veiled(super().format(record))
