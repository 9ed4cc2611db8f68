import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shell.config import ConfigError
from shell.config.document import LARGEST, read_document
from shell.config.json5 import Translation
from shell.config.tree import merged


def read(folder: Path, name: str, content: str | bytes) -> Any:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_document(file, name)


def complaint(folder: Path, name: str, content: str | bytes) -> str:
    with pytest.raises(ConfigError) as raised:
        read(folder, name, content)
    return str(raised.value)


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("a.json", '{\n  "a": 1,,\n}', "a.json: line 2, column 10: expecting property name enclosed in double quotes"),
        ("a.json", '{"a": 1} x', "a.json: line 1, column 10: extra data"),
        ("a.json", '{"a": tru}', "a.json: line 1, column 7: expecting value"),
        ("a.json", '{"a": "\\ud800"}', 'a.json: $.a: expected text in valid Unicode, got "\\ud800"'),
        ("a.json", '{"a": 1e999}', "a.json: $.a: expected a finite number, got inf"),
        ("a.json", '{"a": NaN}', "a.json: $.a: expected a finite number, got nan"),
        (
            "a.json",
            '{"a": 18446744073709551616}',
            "a.json: $.a: expected a number of at most 64 bits, got a number of 65 bits",
        ),
        ("a.json", '{"a": ' + "9" * 5000 + "}", "a.json: $.a: expected a finite number, got inf"),
        ("a.json", '{"a": [{"b": 1, "b": 2}]}', "a.json: $.a[0].b: this key is given twice"),
        ("a.json", "[" * 100_000, "a.json: nested more than 64 levels deep"),
        ("a.json", "[" * 100 + "]" * 100, "a.json: $[0][0][0]: nested more than 64 levels deep"),
        ("a.json", b"\xff\xfe{\0}\0", "a.json: line 1: not UTF-8 (byte 0xff)"),
        ("a.json", b'{\n"a":\n"\xe9"}', "a.json: line 3: not UTF-8 (byte 0xe9)"),
        ("a.json", b" " * (LARGEST + 1), "a.json: larger than 1 MiB, which no configuration is"),
        ("a.json5", "{a: 1,\n b: @}", "a.json5: line 2, column 5: unexpected character"),
        (
            "a.json5",
            "{a: 1,\n // comment\n b 2}",
            "a.json5: line 3, column 2: expecting property name enclosed in double quotes",
        ),
        ("a.json5", "{a: 1, /* open", "a.json5: line 1, column 8: unexpected character"),
        ("a.json5", "{a: 1, 'a': 2}", "a.json5: $.a: this key is given twice"),
        ("a.json5", "{a: 0x" + "f" * 50 + "}", "a.json5: $.a: expected a finite number, got inf"),
        ("a.json5", "{a: -Infinity}", "a.json5: $.a: expected a finite number, got -inf"),
        ("a.json5", "[" * 100_000, "a.json5: nested more than 64 levels deep"),
        ("a.toml", "a = 1\nb = @\n", "a.toml: line 2, column 5: invalid value"),
        ("a.toml", "a = [1,", "a.toml: end of document: invalid value"),
        ("a.toml", "a = 1\na = 2\n", "a.toml: line 2, column 6: cannot overwrite a value"),
        ("a.toml", "a = inf", "a.toml: $.a: expected a finite number, got inf"),
        ("a.toml", "a = " + "9" * 5000, "a.toml: a number in it has too many digits"),
        ("a.toml", "a = " + "[" * 100_000, "a.toml: nested more than 64 levels deep"),
        (
            "a.toml",
            "a = 1979-05-27",
            "a.toml: $.a: expected text, a number, true, false, null, a list or an object, got a value of type date",
        ),
        ("a.json", "", "a.json: there is nothing in it"),
        ("a.json", "\ufeff \n", "a.json: there is nothing in it"),
        ("a.yaml", "a: 1", "a.yaml: expected a file that ends in .json, .json5 or .toml"),
    ],
)
def test_a_document_that_cannot_be_used_is_told_in_one_line(
    tmp_path: Path, name: str, content: str | bytes, line: str
) -> None:
    got = complaint(tmp_path, name, content)
    assert got.startswith(line)
    assert "\n" not in got


def test_files_that_are_none_are_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.json").mkdir()
    for name, line in [
        ("missing.json", "missing.json: no such file"),
        ("folder.json", "folder.json: expected a file, got a folder"),
        ("a\0b.json", "a\0b.json: not a path that can exist"),
        ("x" * 300 + ".json", "x" * 300 + ".json: cannot be read: File name too long"),
    ]:
        with pytest.raises(ConfigError) as raised:
            read_document(tmp_path / name, name)
        assert str(raised.value) == line


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.json")
    with pytest.raises(ConfigError, match="expected a file, got a device"):
        read_document(tmp_path / "a.json", "a.json")


def test_a_circle_of_links_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.json").symlink_to("a.json")
    with pytest.raises(ConfigError, match=r"a\.json: cannot be read: Too many levels of symbolic links"):
        read_document(tmp_path / "a.json", "a.json")


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    assert read(tmp_path, "a.json", b'\xef\xbb\xbf{"a": 1}') == {"a": 1}
    assert read(tmp_path, "a.toml", b"\xef\xbb\xbfa = 1\r\n") == {"a": 1}


def test_a_json_file_may_be_json5(tmp_path: Path) -> None:
    assert read(tmp_path, "a.json", "// comment\n{a: 'x', /* and */ b: [1, 2,],}") == {"a": "x", "b": [1, 2]}


JSON5 = r"""
{ // all that JSON has not
  name: 'it\'s "quoted"', $id: "a\
b", 'with space': '\x41\v\0\u00e9\a', "plain": "it's",
  /* numbers */ half: .5, two: 2., signed: +3, negative: -.25, hex: 0xFF, minus: -0x10, big: 1e3, point: 1.e2,
  true: true, null: null, нет: false, list: [1, 2, [], {},], tab: '	',
}
"""


def test_json5_has_its_own_forms(tmp_path: Path) -> None:
    assert read(tmp_path, "a.json5", JSON5) == {
        "name": 'it\'s "quoted"',
        "$id": "ab",
        "with space": "A\x0b\0éa",
        "plain": "it's",
        "half": 0.5,
        "two": 2.0,
        "signed": 3,
        "negative": -0.25,
        "hex": 255,
        "minus": -16,
        "big": 1000.0,
        "point": 100.0,
        "true": True,
        "null": None,
        "нет": False,
        "list": [1, 2, [], {}],
        "tab": "\t",
    }


@pytest.mark.parametrize(
    "wrong", ["{a: foo}", "[,]", "[1,,2]", "{,}", "{a: 1,,}", "01", "'a\nb'", "{a b}", "[1 2]", "--1"]
)
def test_what_json5_has_not_either_is_refused(tmp_path: Path, wrong: str) -> None:
    assert complaint(tmp_path, "a.json5", wrong).startswith("a.json5: line ")


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(values, st.sampled_from([None, 2]), st.booleans())
def test_all_json_is_json5(value: Any, indent: int | None, ascii_only: bool) -> None:
    written = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assert json.loads(Translation(written).text) == value


@given(values, values)
def test_a_merge_patch_makes_what_it_says_and_changes_nothing_else(target: Any, patch: Any) -> None:
    before = json.dumps(target)
    result = merged(target, patch)
    assert json.dumps(target) == before
    if isinstance(patch, dict):
        for key, value in patch.items():
            assert (key in result) is (value is not None)
        if isinstance(target, dict):
            assert all(result[key] == target[key] for key in target.keys() - patch.keys())
    else:
        assert result == patch


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "foo"}, None, None),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_merge_patches_follow_rfc_7396(target: Any, patch: Any, result: Any) -> None:
    assert merged(target, patch) == result
