"""The same rules as SQL on Spark, where it is installed (extra `spark`, and Java)."""

import shutil
import warnings

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.foundation.test_criteria_backends import FACTS, subjects, trees
from tongban.foundation.criteria import FactType
from tongban.foundation.criteria.evaluation import evaluate
from tongban.foundation.criteria.sql import Dialect, Layout, rule_sql

pyspark = pytest.importorskip("pyspark", reason="pyspark is not installed: pip install 'tongban[spark]'")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java"),
    pytest.mark.filterwarnings("ignore"),
]

TYPES = {
    FactType.MONEY: "BIGINT",
    FactType.INT: "INT",
    FactType.CHOICE: "STRING",
    FactType.TEXT: "STRING",
    FactType.BOOL: "BOOLEAN",
    FactType.DATE: "DATE",
    FactType.LIST: "ARRAY<STRING>",
    FactType.DECIMAL: "DECIMAL(18, 6)",
}


@pytest.fixture(scope="module")
def spark():
    from pyspark.sql import SparkSession

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
        session = builder.config("spark.sql.ansi.enabled", "true").getOrCreate()
    yield session
    session.stop()


@settings(
    max_examples=2,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
    database=None,
)
@given(st.lists(trees, min_size=40, max_size=50), st.lists(subjects, min_size=5, max_size=8))
def test_spark_agrees(spark, rules, values):
    from decimal import Decimal

    columns = ", ".join(f"`{name}` {TYPES[kind]}" for name, kind in FACTS.items())
    decimals = {name for name, kind in FACTS.items() if kind is FactType.DECIMAL}
    rows = [
        (i, *(Decimal(one[n]) if n in decimals and one[n] is not None else one[n] for n in FACTS))
        for i, one in enumerate(values)
    ]
    table = spark.createDataFrame(rows, f"i INT, {columns}")
    asked = [f"{rule_sql(rule, Layout(Dialect.SPARK))} AS r{n}" for n, rule in enumerate(rules)]
    found = table.selectExpr("i", *asked).orderBy("i").collect()
    expected = [[evaluate(rule, one).verdict for rule in rules] for one in values]
    assert [list(row)[1:] for row in found] == expected
