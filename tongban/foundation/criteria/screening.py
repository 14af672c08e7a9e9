"""The first two locks: only known words reach the parser, and only short and shallow rules."""

from functools import lru_cache

import sqlglot
from sqlglot import Token, TokenType, exp
from sqlglot.errors import SqlglotError

from tongban.foundation.criteria.faults import CriteriaProblem, Fault, fault

LONGEST = 2000
DEEPEST = 40

_WORDS = {
    TokenType.VAR,
    TokenType.NUMBER,
    TokenType.STRING,
    TokenType.L_PAREN,
    TokenType.R_PAREN,
    TokenType.COMMA,
    TokenType.DOT,
    TokenType.EQ,
    TokenType.NEQ,
    TokenType.LT,
    TokenType.LTE,
    TokenType.GT,
    TokenType.GTE,
    TokenType.AND,
    TokenType.OR,
    TokenType.NOT,
    TokenType.IN,
    TokenType.BETWEEN,
    TokenType.IS,
    TokenType.NULL,
    TokenType.TRUE,
    TokenType.FALSE,
    TokenType.DATE,
    TokenType.CURRENT_DATE,
    TokenType.PLUS,
    TokenType.DASH,
    TokenType.STAR,
}
_FUNCTIONS = {"CAP", "CONTAINS"}
# Words that people who know SQL will try, and why each is not here.
_REASONS = {
    "/": "division",
    "DIV": "division",
    "%": "remainder",
    "MOD": "remainder",
    "LIKE": "like",
    "ILIKE": "like",
    "RLIKE": "like",
    "GLOB": "like",
    "~": "like",
    "SELECT": "select",
    "FROM": "select",
    "WITH": "select",
    "UNION": "select",
    "EXISTS": "select",
    "CAST": "cast",
    "TRY_CAST": "cast",
    "::": "cast",
    "CASE": "case",
    "IF": "case",
    "INTERVAL": "interval",
    "LEAST": "least",
    "GREATEST": "least",
    "COALESCE": "coalesce",
    "IFNULL": "coalesce",
    "NVL": "coalesce",
    "NULLIF": "coalesce",
}


@lru_cache(maxsize=4096)
def parsed(text: str) -> exp.Expr:
    """The parser's tree of a text that passed the screen; not to be changed. Raises CriteriaProblem."""
    if not text.strip():
        raise CriteriaProblem(text, [fault("empty", 0)])
    if len(text) > LONGEST:
        raise CriteriaProblem(text, [fault("too_long", LONGEST, limit=LONGEST)])
    try:
        tokens = sqlglot.tokenize(text)
        if faults := _screened(tokens):
            raise CriteriaProblem(text, faults)
        return sqlglot.parse_one(text, into=exp.Condition)
    except SqlglotError as error:
        raise CriteriaProblem(text, [fault("syntax", _position(text, error))]) from error
    except RecursionError as error:
        raise CriteriaProblem(text, [fault("too_deep", 0)]) from error


def _screened(tokens: list[Token]) -> list[Fault]:
    faults = []
    depth = run = 0
    for index, token in enumerate(tokens):
        before = tokens[index - 1].token_type if index else None
        after = tokens[index + 1].token_type if index + 1 < len(tokens) else None
        if token.comments:
            faults.append(fault("comment", token.start))
        # A word after a dot is part of a name, whatever it means elsewhere.
        if before is not TokenType.DOT or token.token_type is TokenType.IDENTIFIER:
            code = _reason(token, after)
            if code is not None:
                faults.append(fault(code, token.start, word=token.text))
        depth += (token.token_type is TokenType.L_PAREN) - (token.token_type is TokenType.R_PAREN)
        # Signs and negations nest without brackets.
        run = run + 1 if token.token_type in (TokenType.NOT, TokenType.DASH) else 0
        if depth > DEEPEST or run > DEEPEST:
            return [*faults, fault("too_deep", token.start)]
    return faults


def _reason(token: Token, after: TokenType | None) -> str | None:
    """Why the word may not stand there; None when it may."""
    word = token.text.upper()
    kind = token.token_type
    if kind in (TokenType.STRING, TokenType.NUMBER):
        return None
    if kind is TokenType.IDENTIFIER:
        return "quotes"
    if kind is TokenType.CURRENT_DATE or (kind is TokenType.IN and after is TokenType.L_PAREN):
        return None
    called = after is TokenType.L_PAREN and word.isidentifier()
    if called and kind in (TokenType.AND, TokenType.OR, TokenType.NOT, TokenType.BETWEEN):
        return None
    if word in _REASONS and (called or kind is not TokenType.VAR):
        return _REASONS[word]
    if called:
        return None if word in _FUNCTIONS else "function"
    return None if kind in _WORDS else "word"


def _position(text: str, error: SqlglotError) -> int:
    """Where the parser gave up, from 0; the end where it does not say."""
    details = getattr(error, "errors", None)
    if not details or details[0].get("line") is None:
        return len(text) - 1
    lines = text.split("\n")
    line = min(details[0]["line"], len(lines))
    start = sum(len(part) + 1 for part in lines[: line - 1]) + (details[0]["col"] or 1) - 1
    return max(0, min(start - len(details[0].get("highlight") or " ") + 1, len(text) - 1))
