import pytest

from tongban.foundation.registries import BadKey, Registry, UnknownKey


def test_things_are_found_by_key_with_their_label() -> None:
    signers: Registry[type] = Registry("signers")

    @signers.register("software-key", label="软件密钥")
    class Software:
        pass

    assert signers.get("software-key") is Software
    assert signers.label("software-key") == "软件密钥"
    assert signers.keys() == ["software-key"]
    assert "software-key" in signers
    assert len(signers) == 1


def test_an_unknown_key_lists_the_known_ones() -> None:
    signers: Registry[int] = Registry("signers")
    with pytest.raises(UnknownKey) as caught:
        signers.get("a")
    assert caught.value.todo_en == "Known: -."
    signers.register("beta", label="B")(1)
    signers.register("alpha", label="A")(2)
    with pytest.raises(UnknownKey) as caught:
        signers.label("gamma")
    assert caught.value.todo_en == "Known: alpha, beta."
    assert caught.value.status == 404


def test_a_key_is_taken_once() -> None:
    signers: Registry[int] = Registry("signers")
    signers.register("a", label="A")(1)
    with pytest.raises(BadKey):
        signers.register("a", label="A")
    assert signers.get("a") == 1


@pytest.mark.parametrize("key", ["", "A", "a b", "-a", "a-", "9a", "a--b", "ä"])
def test_malformed_keys_are_refused(key: str) -> None:
    with pytest.raises(BadKey):
        Registry("signers").register(key, label="x")


def test_a_thing_is_checked_when_it_is_registered() -> None:
    def only_even(key: str, thing: int) -> None:
        if thing % 2:
            raise ValueError(f"{key} is odd")

    numbers = Registry[int]("numbers", check=only_even)
    numbers.register("two", label="2")(2)
    with pytest.raises(ValueError, match="three is odd"):
        numbers.register("three", label="3")(3)
    assert numbers.keys() == ["two"]
