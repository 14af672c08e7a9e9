"""Personal data as screens show it: enough to recognise one's own, too little to use another's."""


def mask_name(name: str) -> str:
    """The name with its middle hidden: 陈晓雯 is 陈*雯, 陈雯 is 陈*."""
    if len(name) == 2:
        return name[0] + "*"
    if len(name) < 2:
        return "*" * len(name)
    return name[0] + "*" * (len(name) - 2) + name[-1]


def mask_id(number: str) -> str:
    """The number with all but its first three and last four characters hidden; the birth date never shows."""
    return _middle(number, 3, 4)


def mask_phone(number: str) -> str:
    """The number with its middle hidden: 138****5678."""
    return _middle(number, 3, 4)


def _middle(text: str, first: int, last: int) -> str:
    # A short text would show too large a share of itself.
    if len(text) < 2 * (first + last) - 3:
        return "*" * len(text)
    return text[:first] + "*" * (len(text) - first - last) + text[-last:]
