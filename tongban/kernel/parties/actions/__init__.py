"""Writes of parties: who there is, what is known of them, what they say of it."""

from tongban.kernel.parties.actions.disputing import (
    AlreadyAnswered,
    AlreadyKnown,
    WordsMissing,
    answer_dispute,
    declare_fact,
    dispute,
    dispute_with_words,
)
from tongban.kernel.parties.actions.limiting import TooManyTries, admit, forget_counts, forgive
from tongban.kernel.parties.actions.registering import (
    CODE_MINUTES,
    CODE_TRIES,
    InvalidNumber,
    WrongCode,
    ask_code,
    give_mandate,
    learn,
    open_account,
    register_organisation,
    register_person,
    use_code,
)

__all__ = [
    "CODE_MINUTES",
    "CODE_TRIES",
    "AlreadyAnswered",
    "AlreadyKnown",
    "InvalidNumber",
    "TooManyTries",
    "WordsMissing",
    "WrongCode",
    "admit",
    "answer_dispute",
    "ask_code",
    "declare_fact",
    "dispute",
    "dispute_with_words",
    "forget_counts",
    "forgive",
    "give_mandate",
    "learn",
    "open_account",
    "register_organisation",
    "register_person",
    "use_code",
]
