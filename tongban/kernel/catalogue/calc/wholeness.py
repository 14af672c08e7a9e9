"""The checks of a pack as a whole: names of files, codes that occur twice, what nothing uses. Pure."""

from collections.abc import Iterator, Sequence
from typing import Any

from tongban.foundation.guides import listed_faults
from tongban.foundation.packs import PackError, Step
from tongban.kernel.catalogue.calc.reading import PackReading


def pack_faults(reading: PackReading) -> Iterator[PackError]:
    """What only shows when all files lie side by side; files that could not be read are left out."""
    yield from _names_of_files(reading)
    yield from _twice(reading)
    yield from _unused(reading)
    yield from _counted_as(reading)
    if "english" in reading.pack:
        items = {
            name.split("/")[1].removesuffix(".yaml") for name in reading.located if name.startswith("items/")
        }
        halls = {hall["code"] for hall in reading.halls}
        yield from listed_faults(reading.located["pack.yaml"], reading.pack["english"], items, halls)


def _names_of_files(reading: PackReading) -> Iterator[PackError]:
    for folder in ("items", "credentials"):
        for name, data in _files(reading, folder):
            stem = name.rsplit("/", 1)[-1].removesuffix(".yaml")
            if data["code"] != stem:
                yield _fault(
                    reading,
                    name,
                    ("code",),
                    f"代码“{data['code']}”与文件名“{stem}”不同",
                    "改代码，或者改文件名",
                    f"the code '{data['code']}' is not the file's name '{stem}'",
                    "change one of the two",
                )


def _twice(reading: PackReading) -> Iterator[PackError]:
    """Codes that two files share, told at the second."""
    for folder, key in (("items", "task_code"), ("credentials", "type_code")):
        first: dict[str, str] = {}
        for name, data in _files(reading, folder):
            if data[key] in first:
                yield _fault(
                    reading,
                    name,
                    (key,),
                    f"编码与 {first[data[key]]} 相同",
                    "换一个编码",
                    f"{first[data[key]]} has the same code",
                    "give it another one",
                )
            first.setdefault(data[key], name)
    first = {}
    for i, agency in enumerate(reading.agencies):
        for key in ("code", "uscc"):
            if agency[key] in first:
                yield _fault(
                    reading,
                    "agencies.yaml",
                    ("agencies", i, key),
                    f"与“{first[agency[key]]}”相同",
                    "换一个",
                    f"'{first[agency[key]]}' has the same one",
                    "give it another one",
                )
            first.setdefault(agency[key], agency["name"]["zh"])


def _unused(reading: PackReading) -> Iterator[PackError]:
    used = {theme for item in reading.items for theme in item["themes"]}
    for i, theme in enumerate(reading.pack.get("themes", [])):
        if theme["id"] not in used:
            yield _fault(
                reading,
                "pack.yaml",
                ("themes", i, "id"),
                f"主题“{theme['name']['zh']}”下没有事项",
                "删去主题，或者归入事项",
                f"no item has the theme '{theme['name']['en']}'",
                "remove it or give it an item",
            )
    codes = {item["code"] for item in reading.items}
    for i, notice in enumerate(reading.pack.get("notices", [])):
        if notice.get("item", "") not in codes | {""}:
            yield _fault(
                reading,
                "pack.yaml",
                ("notices", i, "item"),
                f"公告指向的事项“{notice['item']}”不存在",
                "改为已有的事项",
                f"the notice points to '{notice['item']}', which is no item",
                "name an item",
            )
    given = {item["result"]["credential"] for item in reading.items}
    claims = reading.pack.get("claims", {}).get("credential")
    if claims is not None and claims not in {one["code"] for one in reading.credentials}:
        yield _fault(
            reading,
            "pack.yaml",
            ("claims", "credential"),
            f"没有登记证照“{claims}”",
            "改为已登记的",
            f"nothing called '{claims}' is declared",
            "choose a declared one",
        )
    given.add(claims)
    for name, data in _files(reading, "credentials"):
        if data["code"] not in given:
            yield _fault(
                reading,
                name,
                ("code",),
                "没有事项出具这种证照",
                "删去文件，或者写到事项的 result 里",
                "no item gives this credential",
                "remove the file or name it in a result",
            )


def _counted_as(reading: PackReading) -> Iterator[PackError]:
    codes = {one["code"] for one in reading.credentials}
    for name, data in _files(reading, "credentials"):
        if data.get("counts_as", "") not in codes | {""}:
            yield _fault(
                reading,
                name,
                ("counts_as",),
                f"没有登记证照“{data['counts_as']}”",
                "改为已登记的",
                f"nothing called '{data['counts_as']}' is declared",
                "choose a declared one",
            )


def _files(reading: PackReading, folder: str) -> list[tuple[str, dict[str, Any]]]:
    return [
        (name, dict(found.data))
        for name, found in reading.located.items()
        if name.startswith(f"{folder}/") and isinstance(found.data, dict)
    ]


def _fault(
    reading: PackReading, file: str, path: Sequence[Step], zh: str, todo_zh: str, en: str, todo_en: str
) -> PackError:
    return reading.located[file].error(path, en, todo_en, what_zh=zh, todo_zh=todo_zh)
