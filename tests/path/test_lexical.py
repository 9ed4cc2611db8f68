"""Paths as text. The tables are what Tauri's own functions answer, on Linux, with Rust's `std::path`."""

import posixpath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shell.path import PathError, lexical

PART = st.text(st.characters(exclude_characters="/\\", exclude_categories=["Cs"]), min_size=1).filter(
    lambda part: part not in {".", ".."}
)
ANY_PATH = st.lists(st.sampled_from(["/", ".", "..", "a", "b.txt", " ", "é"])).map("".join)
WITH_BACKSLASHES = st.text(st.sampled_from("/.a\\"))


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        ([], "/work/here"),
        (["."], "/work/here"),
        ([""], "/work/here"),
        (["a", "b"], "/work/here/a/b"),
        (["..", "a"], "/work/a"),
        (["../../../.."], "/"),
        (["/foo/bar", "/tmp/file", "baz"], "/tmp/file/baz"),
        (["a/./b//c/../d/"], "/work/here/a/b/d"),
        (["//two"], "/two"),
        (["a\\", "b"], "/work/here/a\\/b"),
    ],
)
def test_resolve(paths: list[str], expected: str) -> None:
    assert lexical.resolve(paths, "/work/here") == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("", ""),
        (".", "."),
        ("..", ".."),
        ("./", "/"),
        ("../", "/"),
        ("../a", "a"),
        ("a/..", ""),
        ("a/../..", ""),
        ("a/./b", "a/b"),
        ("a//b", "a/b"),
        ("a/b/", "a/b/"),
        ("a/b/.", "a/b"),
        ("a/../b/", "b/"),
        ("/a/../../b", "/b"),
        ("/..", "/"),
        ("/", "//"),
        ("//a", "/a"),
        ("a\\", "a\\/"),
        ("a\\/b", "a\\b"),
        ("C:\\a\\..\\b", "C:\\a\\..\\b"),
        (" / ", " / "),
    ],
)
def test_normalize(path: str, expected: str) -> None:
    assert lexical.normalize(path) == expected


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        ([], "."),
        ([""], "."),
        (["", ""], "."),
        (["a"], "a"),
        (["", "a"], "a"),
        (["a", "b"], "a/b"),
        (["a", "", "b"], "a/b"),
        (["a", "/b", "c"], "a/b/c"),
        (["a", "b/c", "d"], "a/b/c/d"),
        (["a/", "b"], "a/b"),
        (["/", "a"], "/a"),
        (["a", ".."], "."),
        (["..", "a"], "a"),
        (["a", "./b/", "../c"], "a/c"),
        (["a\\", "b"], "a\\b"),
    ],
)
def test_join(paths: list[str], expected: str) -> None:
    assert lexical.join(paths) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/a/b.txt", "/a"),
        ("/a", "/"),
        ("//a", "/"),
        ("a", ""),
        (".", ""),
        ("..", ""),
        ("./a", "."),
        ("a/..", "a"),
        ("a/b/", "a"),
        ("a/b/./", "a"),
        ("a//b", "a"),
        ("a/./b/c", "a/./b"),
        ("a//b/c", "a//b"),
    ],
)
def test_dirname(path: str, expected: str) -> None:
    assert lexical.dirname(path) == expected


@pytest.mark.parametrize("path", ["", "/", "//", "/."])
def test_nothing_is_above_the_root(path: str) -> None:
    with pytest.raises(PathError, match=r"^path does not have a parent$"):
        lexical.dirname(path)


@pytest.mark.parametrize(
    ("path", "suffix", "expected"),
    [
        ("/path/to/some-json-file.json", None, "some-json-file.json"),
        ("/path/to/some-json-file.json", ".json", "some-json-file"),
        ("/path/to/some-json-file.json", "json", "some-json-file."),
        ("/path/to/some-json-file.json.json", ".json", "some-json-file.json"),
        ("/path/to/some-json-file.json.html", ".json", "some-json-file.json.html"),
        ("a/", None, "a"),
        ("a/.", None, "a"),
        ("a.b", "", "a.b"),
        ("a.b", "a.b", ""),
        ("a\\b", None, "a\\b"),
    ],
)
def test_basename(path: str, suffix: str | None, expected: str) -> None:
    assert lexical.basename(path, suffix) == expected


@pytest.mark.parametrize("path", ["", "/", ".", "..", "a/.."])
def test_what_has_no_name(path: str) -> None:
    with pytest.raises(PathError, match=r"^path does not have a basename$"):
        lexical.basename(path)


@pytest.mark.parametrize(
    ("path", "expected"),
    [("a.txt", "txt"), ("/a.b/c.tar.gz", "gz"), ("a.", ""), (".a.b", "b"), ("a.b/", "b"), ("..a", "a"), ("a..b", "b")],
)
def test_extname(path: str, expected: str) -> None:
    assert lexical.extname(path) == expected


@pytest.mark.parametrize("path", ["", "a", ".bashrc", "a.b/c", "..", "a.b/..", "/"])
def test_what_has_no_extension(path: str) -> None:
    with pytest.raises(PathError, match=r"^path does not have an extension$"):
        lexical.extname(path)


def test_is_absolute() -> None:
    assert lexical.is_absolute("/a")
    assert not lexical.is_absolute("a")
    assert not lexical.is_absolute("~/a")
    assert not lexical.is_absolute("C:\\a")
    assert not lexical.is_absolute("")


@given(st.lists(ANY_PATH))
def test_what_is_resolved_is_absolute_and_in_its_shortest_form(paths: list[str]) -> None:
    resolved = lexical.resolve(paths, "/work/here")
    # POSIX lets two leading slashes mean something else; Rust does not.
    assert resolved == posixpath.normpath(posixpath.join("/work/here", *paths)).replace("//", "/")


@given(WITH_BACKSLASHES)
def test_what_is_normalized_has_no_parts_to_take_out(path: str) -> None:
    normal = lexical.normalize(path)
    assert normal in {".", ".."} or not {".", ".."}.intersection(lexical.parts(normal))


@given(st.lists(PART, min_size=1))
def test_joined_parts_are_the_parts(parts: list[str]) -> None:
    assert lexical.parts(lexical.join(parts)) == parts


@given(ANY_PATH, PART)
def test_dirname_and_basename_take_a_path_apart_where_join_put_it_together(folder: str, name: str) -> None:
    path = lexical.join(["/", folder, name])
    assert lexical.basename(path) == name
    assert lexical.join([lexical.dirname(path), name]) == path


@given(PART, st.text(st.characters(exclude_characters="/\\.", exclude_categories=["Cs"])))
def test_an_extension_is_what_basename_takes_off_with_its_dot(stem: str, extension: str) -> None:
    name = f"{stem}.{extension}"
    assert lexical.extname(name) == extension
    assert lexical.basename(name, f".{lexical.extname(name)}") == stem


@given(WITH_BACKSLASHES, WITH_BACKSLASHES)
def test_nothing_that_a_page_writes_raises_anything_else(path: str, other: str) -> None:
    lexical.resolve([path, other], "/")
    lexical.join([path, other])
    for function in (lexical.dirname, lexical.basename, lexical.extname):
        try:
            function(path)
        except PathError as error:
            assert str(error).startswith("path does not have a")  # noqa: PT017  # what it raises depends on the path
