from __future__ import annotations

import pytest

import grader


@pytest.mark.parametrize("name", grader.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(grader, name).__name__ == name


def test_no_public_name_is_that_of_a_module() -> None:
    from pkgutil import iter_modules

    assert not set(grader.__all__) & {module.name for module in iter_modules(grader.__path__)}


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="there_is_none"):
        grader.there_is_none  # noqa: B018  # the access itself is under test
