"""Items as values: read from the pack's data, asked by forms and cases. Pure."""

from tongban.kernel.catalogue.calc.answers import FieldError, check_answers, read_answers, validator_for_form
from tongban.kernel.catalogue.calc.checking import (
    Known,
    check_item,
    check_references,
    check_rule,
    check_text,
    text_of,
)
from tongban.kernel.catalogue.calc.children import Child, bundle_limit
from tongban.kernel.catalogue.calc.definition import Definition, compile_definition, names_for_rules
from tongban.kernel.catalogue.calc.differences import Change, ChangeKind, differences
from tongban.kernel.catalogue.calc.editing import (
    Edit,
    LostPlace,
    apply_edits,
    blank_item,
    dotted,
    is_shaped,
    path_of,
    pattern,
    published_ids,
    undotted,
    value_at,
)
from tongban.kernel.catalogue.calc.parts import (
    ConditionResult,
    Field,
    Material,
    MaterialNeed,
    Option,
    Question,
    Section,
    Step,
    Text,
)
from tongban.kernel.catalogue.calc.reading import PackReading
from tongban.kernel.catalogue.calc.rows import cell, least, most, rows_of
from tongban.kernel.catalogue.calc.searching import (
    NOTICE,
    item_entry,
    near_questions,
    near_themes,
    notice_entries,
    speech_of,
)
from tongban.kernel.catalogue.calc.signing import Signer, Signing
from tongban.kernel.catalogue.calc.wholeness import pack_faults
from tongban.kernel.catalogue.calc.writing import plain_data

__all__ = [
    "NOTICE",
    "Change",
    "ChangeKind",
    "Child",
    "ConditionResult",
    "Definition",
    "Edit",
    "Field",
    "FieldError",
    "Known",
    "LostPlace",
    "Material",
    "MaterialNeed",
    "Option",
    "PackReading",
    "Question",
    "Section",
    "Signer",
    "Signing",
    "Step",
    "Text",
    "apply_edits",
    "blank_item",
    "bundle_limit",
    "cell",
    "check_answers",
    "check_item",
    "check_references",
    "check_rule",
    "check_text",
    "compile_definition",
    "differences",
    "dotted",
    "is_shaped",
    "item_entry",
    "least",
    "most",
    "names_for_rules",
    "near_questions",
    "near_themes",
    "notice_entries",
    "pack_faults",
    "path_of",
    "pattern",
    "plain_data",
    "published_ids",
    "read_answers",
    "rows_of",
    "speech_of",
    "text_of",
    "undotted",
    "validator_for_form",
    "value_at",
]
