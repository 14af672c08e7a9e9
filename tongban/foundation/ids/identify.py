"""What kind of number is this? For search boxes and scanners that take any number."""

from tongban.foundation.ids.cases import check_case_no
from tongban.foundation.ids.certificates import check_cert_identifier
from tongban.foundation.ids.phones import check_phone
from tongban.foundation.ids.residents import check_resident_id
from tongban.foundation.ids.tasks import check_task_code
from tongban.foundation.ids.uscc import check_uscc
from tongban.foundation.ids.verdicts import Verdict

_CHECKS = (check_uscc, check_resident_id, check_task_code, check_case_no, check_cert_identifier, check_phone)


def identify(text: str) -> list[Verdict]:
    """One verdict of every kind, those that fit first; a text may fit two kinds."""
    return sorted((check(text) for check in _CHECKS), key=lambda verdict: not verdict.ok)
