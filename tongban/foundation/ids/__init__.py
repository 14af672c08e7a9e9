"""Numbers that name things: made, checked with a reason, masked, recognised.

Every `check_…` answers a `Verdict` and never raises; every `make_…` raises `BadNumber` for parts that cannot
be put together.
"""

from tongban.foundation.ids.cases import check_case_no, make_case_no
from tongban.foundation.ids.certificates import check_cert_identifier, make_cert_identifier
from tongban.foundation.ids.checksums import mod_37_36
from tongban.foundation.ids.identify import identify
from tongban.foundation.ids.masks import mask_id, mask_name, mask_phone
from tongban.foundation.ids.phones import check_phone
from tongban.foundation.ids.residents import birth_date, check_resident_id, make_resident_id, sex
from tongban.foundation.ids.tasks import TaskScheme, check_task_code
from tongban.foundation.ids.uscc import check_uscc, make_uscc
from tongban.foundation.ids.uuids import first_id, uuid7
from tongban.foundation.ids.veils import veiled, without_numbers
from tongban.foundation.ids.verdicts import BadNumber, Kind, Verdict

__all__ = [
    "BadNumber",
    "Kind",
    "TaskScheme",
    "Verdict",
    "birth_date",
    "check_case_no",
    "check_cert_identifier",
    "check_phone",
    "check_resident_id",
    "check_task_code",
    "check_uscc",
    "first_id",
    "identify",
    "make_case_no",
    "make_cert_identifier",
    "make_resident_id",
    "make_uscc",
    "mask_id",
    "mask_name",
    "mask_phone",
    "mod_37_36",
    "sex",
    "uuid7",
    "veiled",
    "without_numbers",
]
