"""Finding: full text of the database for what texts say, names and mistakes from memory, one ranking for both databases.

Each process keeps the lexicon of the revision that it has seen; one small query says whether that is still the newest.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from tongban.kernel.search import calc
from tongban.kernel.search.models import IndexState
from tongban.kernel.search.states import FORMAT, ITEM

_LONGEST_QUERY = 100
_MOST_BODIES = 60
_MOST_OTHERS = 60
_LEAST_SHARE = 0.5  # of the query's words that an entry of another kind has to have

_STAMP = "SELECT stamp FROM search_indexstate WHERE kind = 'item'"
_LEXICON = "SELECT code, tags, phrases, pinyin, title || ' ' || words, body FROM search_item ORDER BY code"
_FTS_ITEMS = """SELECT code, body FROM search_item WHERE search_item MATCH %s
                ORDER BY bm25(search_item, 0, 0, 0, 0, 0, 0, 0, 0, 1.0), code LIMIT %s"""
_TS_ITEMS = """SELECT code, body FROM search_item, to_tsquery('simple', %s) query
               WHERE vector @@ query ORDER BY ts_rank(vector, query) DESC, code LIMIT %s"""
_FTS_OTHERS = """SELECT kind, code, label, title, words, body FROM search_other WHERE search_other MATCH %s
                 ORDER BY bm25(search_other, 0, 0, 0, 0, 0, 0, 6.0, 2.0, 1.0), kind, code LIMIT %s"""
_TS_OTHERS = """SELECT kind, code, label, title, words, body FROM search_other, to_tsquery('simple', %s) query
                WHERE vector @@ query
                ORDER BY ts_rank('{0.1, 0.1, 0.3, 1.0}', vector, query) DESC, kind, code LIMIT %s"""


@dataclass(frozen=True)
class Other:
    """An entry that is no item: a question, a hall, a notice, or what a module registers."""

    kind: str
    code: str
    label: str
    score: float


@dataclass(frozen=True)
class Found:
    """What a query found, and how it was understood."""

    hits: Sequence[calc.Hit] = ()
    others: Sequence[Other] = ()
    asked: calc.Understood = calc.NOTHING


_lock = threading.Lock()
_held: dict[str, tuple[str, calc.Lexicon]] = {}


def forget() -> None:
    """Drop the lexicon that this process holds."""
    with _lock:
        _held.clear()


def is_current(kind: str) -> bool:
    """True when the entries of a kind are there, in the form that this version writes."""
    return IndexState.objects.filter(kind=kind, form=FORMAT).exists()


def speech() -> dict[str, Any]:
    """How people here speak, as it was last stored."""
    row = IndexState.objects.filter(kind=ITEM).first()
    return dict(row.speech) if row else {}


def lexicon() -> calc.Lexicon | None:
    """The lexicon of the newest revision; None when nothing was indexed yet."""
    with connection.cursor() as cursor:  # plain SQL: every search asks this
        cursor.execute(_STAMP)
        row = cursor.fetchone()
    if row is None:
        return None
    stamp, held = str(row[0]), _held.get(ITEM)
    if held is None or held[0] != stamp:
        with _lock:
            held = _held.get(ITEM)
            if held is None or held[0] != stamp:
                held = _held[ITEM] = stamp, _build()
    return held[1]


def _build() -> calc.Lexicon:
    with connection.cursor() as cursor:
        cursor.execute(_LEXICON)
        rows = (calc.Row(*row) for row in cursor.fetchall())
    return calc.Lexicon(rows, calc.Speech.read(speech()))


def find(query: str, *, others: bool = False) -> Found:
    """Items for a query in people's own words, best first; with `others`, halls, notices and what modules register."""
    held = lexicon()
    query = query.strip()[:_LONGEST_QUERY]
    if held is None or not query:
        return Found()
    asked = calc.understand(query, held)
    ranking = calc.Ranking(asked, held)
    unanswered = ranking.unanswered()
    if unanswered:
        ranking.add_bodies(dict(_rows(_FTS_ITEMS, _TS_ITEMS, unanswered, _MOST_BODIES)))
    beside = _others([*asked.places, *calc.search_terms(asked)]) if others else []
    if others and calc.is_spelled(query):
        known = {(one.kind, one.code) for one in beside}
        beside = [*(one for one in _sounding(query) if (one.kind, one.code) not in known), *beside]
    return Found(ranking.hits(), beside, asked)


def _matching(terms: Sequence[str]) -> str:
    """The terms as an expression of the database in use: any of them."""
    clean = ["".join(sign for sign in term if sign.isalnum()) for term in terms]
    quote, between = ('"', " OR ") if connection.vendor == "sqlite" else ("'", " | ")
    return between.join(f"{quote}{term}{quote}" for term in clean if term)


def _rows(sqlite: str, postgresql: str, terms: Sequence[str], most: int) -> list[tuple[Any, ...]]:
    matching = _matching(terms)
    if not matching:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sqlite if connection.vendor == "sqlite" else postgresql, [matching, most])
        return list(cursor.fetchall())


def _sounding(query: str) -> list[Other]:
    """Entries of other kinds whose own names and words sound as the letters spell: the lexicon knows only items' sounds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, code, label, pinyin FROM search_other WHERE pinyin <> ''")
        rows = cursor.fetchall()
    found = [
        Other(kind, code, label, fit)
        for kind, code, label, pinyin in rows
        if (fit := calc.sounds_like(query, pinyin)) > 0
    ]
    return sorted(found, key=lambda one: (-one.score, one.kind, one.code))


def _others(terms: Sequence[str]) -> list[Other]:
    """Entries of other kinds that have enough of the words, those with more of them in their title first."""
    wanted = frozenset(terms[:8])
    if not wanted:
        return []
    found = []
    for kind, code, label, title, words, body in _rows(_FTS_OTHERS, _TS_OTHERS, terms[:8], _MOST_OTHERS):
        in_title, in_words, in_body = (wanted & set(text.split()) for text in (title, words, body))
        score = (
            len(in_title) + 0.6 * len(in_words - in_title) + 0.3 * len(in_body - in_words - in_title)
        ) / len(wanted)
        if score >= _LEAST_SHARE or (terms[0] in in_title and score >= _LEAST_SHARE / 2):
            found.append(Other(kind, code, label, round(score, 4)))
    return sorted(found, key=lambda one: (-one.score, one.kind, one.code))
