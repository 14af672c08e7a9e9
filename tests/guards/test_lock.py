"""requirements.lock pins everything with digests and says nothing of where it came from."""

import re

import pytest

from tests.guards.source import PROJECT, ROOT

PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==\S+ \\$")
DIGEST = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")
ADDRESS = re.compile(r"--index-url|--extra-index-url|--find-links|--trusted-host|file:|https?:|git\+|@ ")


def canonical(requirement: str) -> str:
    """The name of a requirement as indexes write it: small letters, one hyphen, no version, no extras."""
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert name, requirement
    return re.sub(r"[-_.]+", "-", name.group()).lower()


def faults(text: str) -> list[str]:
    """Lines of a lock that pin without a digest, name an address, or are something else altogether."""
    found, pinned, digests = [], "", 1
    for number, line in enumerate(text.splitlines(), 1):
        if ADDRESS.search(line) and not line.lstrip().startswith("#"):
            found.append(f"line {number} names an address")
        if line.lstrip().startswith("#") or not line:
            continue
        if PIN.match(line):
            if not digests:
                found.append(f"{pinned} has no digest")
            pinned, digests = line.split("==", maxsplit=1)[0], 0
        elif DIGEST.match(line):
            digests += 1
        else:
            found.append(f"line {number} is neither a pin nor a digest")
    return found if digests else [*found, f"{pinned} has no digest"]


RUNTIME, TOOLS, INSTALLER = "requirements.lock", "requirements-dev.lock", "requirements-pip.lock"


def _lock(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _pins(name: str) -> dict[str, str]:
    """Package → the version and digests that a lock demands."""
    blocks = re.split(r"^(?=[a-z0-9])", _lock(name), flags=re.MULTILINE)
    return {canonical(block.split("==")[0]): _bare(block) for block in blocks if "==" in block}


def _bare(block: str) -> str:
    return "\n".join(line for line in block.splitlines() if not line.strip().startswith("#"))


@pytest.mark.parametrize("name", [RUNTIME, TOOLS, INSTALLER])
def test_lock_pins_everything_with_digests(name):
    assert faults(_lock(name)) == []


def test_the_locks_agree():
    """What serves is what was tested."""
    tested = _pins(TOOLS)
    assert {name: tested.get(name) for name in _pins(RUNTIME)} == _pins(RUNTIME)


def test_lock_has_every_dependency():
    project = PROJECT["project"]
    wanted = {canonical(line) for line in project["dependencies"]}
    tools = {canonical(line) for line in project["optional-dependencies"]["dev"]}
    assert (wanted - set(_pins(RUNTIME)), tools - set(_pins(TOOLS))) == (set(), set())


def test_every_dependency_says_what_it_is_for():
    """A line of the list is a name and a comment of use and licence."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lists = re.findall(r"^(?:dependencies|dev) = \[\n(.*?)^\]", text, re.DOTALL | re.MULTILINE)
    lines = [line for block in lists for line in block.splitlines()]
    assert len(lists) == 2
    assert [line for line in lines if not re.fullmatch(r'    "[^"]+", *# .+; .+', line)] == []


def test_planted_faults_are_found():
    digest = "    --hash=sha256:" + "0" * 64
    text = f"--index-url https://example.org/simple\na==1 \\\n{digest}\nb==2 \\\nc==3 \\\n{digest}\nd>=1\n"
    assert faults(text) == [
        "line 1 names an address",
        "line 1 is neither a pin nor a digest",
        "b has no digest",
        "line 7 is neither a pin nor a digest",
    ]
