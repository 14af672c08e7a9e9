import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.foundation.money import BadAmount, format_yuan, parse_yuan


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1,234.50", 123450),
        ("1234.5", 123450),
        ("0.01", 1),
        ("0", 0),
        (" ¥80 ", 8000),
        ("80 元", 8000),
        ("１，２３４．５０", 123450),
        ("-3.10", -310),
        ("1,234,567,890,123.45", 123456789012345),
    ],
)
def test_yuan_are_read_as_people_write_them(text: str, fen: int) -> None:
    assert parse_yuan(text) == fen


@pytest.mark.parametrize(
    "text",
    [
        "",
        "元",
        "1.234",
        "1,23",
        "12,34.00",
        ",123",
        "1.",
        ".5",
        "1e3",
        "一百",
        "1 2",
        "٣",
        "--1",
        "1" * 14,
        "NaN",
        "0x10",
    ],
)
def test_what_is_no_amount_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadAmount) as caught:
        parse_yuan(text)
    assert "1,234.50" in caught.value.todo_zh


def test_fen_are_written_with_grouped_thousands() -> None:
    assert [format_yuan(fen) for fen in (0, 5, 123450, -123450, 100)] == [
        "0.00",
        "0.05",
        "1,234.50",
        "-1,234.50",
        "1.00",
    ]


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_writing_and_reading_give_the_same_fen(fen: int) -> None:
    assert parse_yuan(format_yuan(fen)) == fen
