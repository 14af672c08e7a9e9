"""Items as values: read from the pack's data, asked by forms and cases. Pure."""

from tongban.kernel.catalogue.calc.answers import FieldError, check_answers, read_answers, validator_for_form
from tongban.kernel.catalogue.calc.definition import (
    ConditionResult,
    Definition,
    Field,
    Material,
    MaterialNeed,
    Option,
    Question,
    Section,
    Step,
    Text,
    compile_definition,
    names_for_rules,
)
from tongban.kernel.catalogue.calc.reading import PackReading
from tongban.kernel.catalogue.calc.words import index_words, is_pinyin, pinyin_of, query_words

__all__ = [
    "ConditionResult",
    "Definition",
    "Field",
    "FieldError",
    "Material",
    "MaterialNeed",
    "Option",
    "PackReading",
    "Question",
    "Section",
    "Step",
    "Text",
    "check_answers",
    "compile_definition",
    "index_words",
    "is_pinyin",
    "names_for_rules",
    "pinyin_of",
    "query_words",
    "read_answers",
    "validator_for_form",
]
