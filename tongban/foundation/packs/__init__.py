"""Reading packs: plain data with line numbers, checked against schemas, every fault with its place."""

from tongban.foundation.packs.checking import Schema, load_schema, validate
from tongban.foundation.packs.faults import PackError, PackProblem, Step, where
from tongban.foundation.packs.reading import Located, Tree, read_text, read_yaml

__all__ = [
    "Located",
    "PackError",
    "PackProblem",
    "Schema",
    "Step",
    "Tree",
    "load_schema",
    "read_text",
    "read_yaml",
    "validate",
    "where",
]
