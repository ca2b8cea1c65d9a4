"""YAML with lines, and without what makes YAML dangerous."""

import pytest

from evalhub.spec.yaml_text import YamlError, read_yaml


def test_every_key_and_item_has_its_line() -> None:
    read = read_yaml("a: 1\nb:\n  - x\n  -\n    c: 2\n")
    assert read.data == {"a": 1, "b": ["x", {"c": 2}]}
    assert read.lines == {("a",): 1, ("b",): 2, ("b", 0): 3, ("b", 1): 5, ("b", 1, "c"): 5}


def test_an_alias_repeats_a_value() -> None:
    read = read_yaml("a: &index {kind: exact}\nb: *index\n")
    assert read.data == {"a": {"kind": "exact"}, "b": {"kind": "exact"}}


def test_keys_that_repeat_merge_or_are_no_text_are_found() -> None:
    read = read_yaml("a: 1\nb: &x {c: 2}\na: 3\n4: 5\nd: {<<: *x}\n")
    assert read.data == {"a": 1, "b": {"c": 2}, "d": {}}
    assert [tuple(finding) for finding in read.findings] == [
        (("a",), "this key is already on line 1", "Keep one of the two.", 3),
        (("4",), "a key that is not text", "Put it in quotes.", 4),
        (("d", "<<"), "merge keys are not supported", "Write the keys out.", 5),
    ]


def test_a_bomb_of_aliases_is_refused() -> None:
    # Each level holds the one before nine times: 9 ** 9 values, were it expanded.
    levels = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    with pytest.raises(YamlError) as caught:
        read_yaml("\n".join(levels))
    assert caught.value.problem == "too many or too deeply nested values"


@pytest.mark.parametrize("text", ["a: &a [*a]", "[" * 40 + "]" * 40, "[" * 20_000])
def test_endless_nesting_is_refused(text: str) -> None:
    with pytest.raises(YamlError, match="too deeply nested values"):
        read_yaml(text)


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        (
            "a: 1\nb: !!python/object/apply:os.system [ls]",
            2,
            "the tag tag:yaml.org,2002:python/object/apply:os.system is not plain data",
        ),
        ("a: !!set {b, c}", 1, "the tag tag:yaml.org,2002:set is not plain data"),
        (
            "a: !!python/name:os.system x",
            1,
            "not YAML (could not determine a constructor for the tag "
            "'tag:yaml.org,2002:python/name:os.system')",
        ),
        ("a: 2026-13-45", 1, "not a value (month must be in 1..12)"),
        ("a: 1\n---\nb: 2", 2, "not YAML (but found another document)"),
    ],
)
def test_what_is_not_plain_data_is_refused(text: str, line: int, problem: str) -> None:
    with pytest.raises(YamlError) as caught:
        read_yaml(text)
    assert (caught.value.line, caught.value.problem) == (line, problem)
