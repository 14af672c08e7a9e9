"""The pack has every letter of the law, each with its template, known placeholders and, where due, the remedies."""

import re

from tests.packs.reading import PACK, load

PLACEHOLDERS = {
    "applicant",
    "item",
    "item_code",
    "case_no",
    "agency",
    "received_on",
    "accepted_on",
    "due_on",
    "decided_on",
    "days",
    "basis",
    "reasons",
    "competent",
    "valid_from",
    "fee_basis",
    "fee_number",
    "fee_due_on",
    "payee",
    "result",
    "credential_no",
    "hotline",
    "statutory_due_on",
    "closed_on",
    "today",
    "fee",
    # Special procedures, extensions, hearings.
    "procedure",
    "procedure_basis",
    "procedure_reasons",
    "planned_days",
    "planned_end",
    "extension",
    "extension_basis",
    "extension_reasons",
    "matter",
    "ask_by",
    "hearing_at",
    "hearing_place",
    "chair",
    # What becomes of a licence.
    "licence",
    "licence_no",
    "ground",
    "act",
    "document",
    "until",
    "hall",
    "mode",
    "handling",
    "count",
    "from_hall",
    "to_hall",
}

# The documents that the law and the practice know (domain.md 2.4), licences and powers of attorney apart.
LETTER_KINDS = """
receipt acceptance deemed_acceptance non_acceptance supplement tolerance_promise commitment special_procedure extension
hearing_notice hearing_date payment_notice grant deny deemed_renewal termination withdrawal delivery_receipt credential_act window_receipt
paper_transfer
"""


def test_letters_have_templates_and_only_known_placeholders():
    letters = {one["code"]: one for one in load("letters/letters.yaml")["letters"]}
    assert set(letters) == set(LETTER_KINDS.split())
    for one in letters.values():
        assert (PACK / one["template"]).is_file()
        text = " ".join([*one["paragraphs"], one.get("query", ""), one.get("remedies", "")])
        assert set(re.findall(r"\{(\w+)\}", text)) <= PLACEHOLDERS
    # Administrative Licence Law, art. 38: a refusal names the right of review and suit.
    assert {code for code, one in letters.items() if "remedies" in one} == {
        "non_acceptance",
        "deny",
        "termination",
        "credential_act",  # what is taken away or changed can be contested, too
    }
    assert all("行政复议" in one["remedies"] for one in letters.values() if "remedies" in one)
