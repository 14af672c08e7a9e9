"""The three check characters of Chinese public numbers."""

from tongban.foundation.ids.verdicts import BadNumber

ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# GB 32100-2015: I, O, S, V and Z are left out because they read like digits.
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def mod_37_36(text: str) -> str:
    """The check character of ISO 7064 MOD 37,36 for digits and capitals. Raises BadNumber for others."""
    product = 36
    for value in _values(text, ALPHANUMERIC):
        product = ((product + value) % 36 or 36) * 2 % 37
    return ALPHANUMERIC[(37 - product) % 36]


def mod_31(body: str) -> str:
    """The 18th character of a credit code, from its 17 others (GB 32100-2015). Raises BadNumber."""
    total = sum(value * pow(3, place, 31) for place, value in enumerate(_values(body, USCC_ALPHABET)))
    return USCC_ALPHABET[-total % 31]


def mod_11_2(body: str) -> str:
    """The 18th character of an identity number, from its 17 digits (GB 11643-1999). Raises BadNumber."""
    total = sum(value * pow(2, 17 - place, 11) for place, value in enumerate(_values(body, "0123456789")))
    return "10X98765432"[total % 11]


def _values(text: str, alphabet: str) -> list[int]:
    values = [alphabet.find(char) for char in text]
    if -1 in values:
        position = values.index(-1)
        raise BadNumber(
            sentence_zh=f"第 {position + 1} 位的“{text[position]}”不能出现在这种号码中。",
            sentence_en=f"'{text[position]}' at position {position + 1} cannot occur in this kind of number.",
            todo_zh=f"只能使用：{alphabet}。",
            todo_en=f"Use only {alphabet}.",
        )
    return values
