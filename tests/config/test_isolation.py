import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shell.config import ConfigError, config_from
from shell.config.isolation import IsolationScript, isolation_scripts

HOOK = "window.__TAURI_ISOLATION_HOOK__ = (message) => message;"


def scripts_of(root: Path, files: Mapping[str, str | bytes], folder: str = "../iso") -> tuple[IsolationScript, ...]:
    """The scripts of an application with these files; `root` is the folder of the configuration."""
    for name, content in files.items():
        path = root / "../iso" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    pattern = {"use": "isolation", "options": {"dir": folder}}
    mapping = {"identifier": "com.example.iso", "app": {"security": {"pattern": pattern}}}
    return isolation_scripts(config_from(mapping, "tauri.conf.json", root=root))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folder of a configuration."""
    (tmp_path / "src-tauri").mkdir()
    return tmp_path / "src-tauri"


def test_scripts_come_in_the_order_in_which_a_browser_runs_them(root: Path) -> None:
    page = f"""<!doctype html>
    <script type=module>{HOOK}</script><!-- <script>commented</script> -->
    <script defer src="late.js"></script>
    <SCRIPT SRC="/lib/first%20one.js?v=1#top">ignored</SCRIPT>
    <script>if (1 < 2 && "</p>") second();</script>
    <script type="importmap">{{}}</script><script nomodule>old()</script><script type="text/template"><b></script>
    <script type="Text/JavaScript">third()</script><p><script>never closed"""
    scripts = scripts_of(root, {"index.html": page, "lib/first one.js": "\ufefffirst()", "late.js": "late()"})
    assert [script.source for script in scripts] == [
        "first()",
        'if (1 < 2 && "</p>") second();',
        "third()",
        f'(async () => {{ "use strict";{HOOK}\n}})();',
        "late()",
    ]
    assert [script.name for script in scripts] == [
        "lib/first one.js",
        "index.html-2",
        "index.html-3",
        "index.html-4",
        "late.js",
    ]


INDEX = "<script src='index.js'></script>"


@pytest.mark.parametrize(
    ("files", "folder", "problem"),
    [
        ({}, "../none", "no such folder: {base}/none"),
        ({"index.html": ""}, "../iso/index.html", "expected a folder, and {base}/iso/index.html is none"),
        ({"other.html": ""}, "../iso", "no such file: {base}/iso/index.html"),
        ({"index.html/x": ""}, "../iso", "expected a file, and {base}/iso/index.html is none"),
        ({"index.html": INDEX}, "../iso", "no such file: {base}/iso/index.js"),
        ({"index.html": ""}, "../iso", "no script of {base}/iso/index.html sets window.__TAURI_ISOLATION_HOOK__"),
        ({"index.html": INDEX, "index.js": b"\xff"}, "../iso", "{base}/iso/index.js is not UTF-8 (byte 0xff at 0)"),
        ({"index.html": INDEX, "index.js": b" " * (5 << 20)}, "../iso", "{base}/iso/index.js is larger than 4 MiB"),
        (
            {"index.html": "<script src='https://example.com/a.js'></script>"},
            "../iso",
            '{base}/iso/index.html: expected a file of the folder, got "https://example.com/a.js"',
        ),
        (
            {"index.html": "<script src></script>"},
            "../iso",
            '{base}/iso/index.html: expected a file of the folder, got ""',
        ),
        (
            {"index.html": f"<script type=module>import {{ a }} from './a.js';\n{HOOK}</script>"},
            "../iso",
            "{base}/iso/index.html-1: a module that imports or exports cannot run there; bundle it into one script",
        ),
    ],
)
def test_what_is_wrong_is_told_in_one_line(
    root: Path, files: Mapping[str, str | bytes], folder: str, problem: str
) -> None:
    with pytest.raises(ConfigError) as raised:
        scripts_of(root, files, folder)
    told = problem.replace("{base}", str(root.parent))
    assert raised.value.lines == (f"tauri.conf.json: $.app.security.pattern.options.dir: {told}",)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_told_in_one_line(root: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        scripts_of(root, {"index.html": INDEX})
    (root / "../iso/index.html").chmod(0)
    with pytest.raises(ConfigError, match=r"iso/index\.html cannot be read: Permission denied"):
        scripts_of(root, {})


def test_a_device_is_no_page(root: Path) -> None:
    (root / "../iso").mkdir()
    (root / "../iso/index.html").symlink_to("/dev/zero")
    with pytest.raises(ConfigError, match=r"expected a file, and .*iso/index\.html is none"):
        scripts_of(root, {})


PIECES = st.sampled_from(
    ["<script>", "</script>", "<script src=", "'index.js'", ">", "<!--", "-->", "type=module ", HOOK, "\0", "<![CDATA["]
)


@given(st.one_of(st.text(), st.lists(PIECES | st.text(max_size=5)).map("".join)))
@example("<script src='http://['></script>")
@example("<script src='%00'></script>")
@example("<script src='//a/b'></script>")
@example(f"<script src='{'x' * 5000}'></script>")
@settings(max_examples=300, deadline=None)
def test_any_page_is_read_or_told_in_one_line(tmp_path_factory: pytest.TempPathFactory, page: str) -> None:
    root = tmp_path_factory.getbasetemp() / "any" / "src-tauri"
    root.mkdir(parents=True, exist_ok=True)
    try:
        scripts = scripts_of(root, {"index.html": page.encode("utf-8", "replace"), "index.js": HOOK})
    except ConfigError as error:
        (line,) = error.lines
        assert line.startswith("tauri.conf.json: $.app.security.pattern.options.dir: ")
        assert line.isprintable()
    else:
        assert any("__TAURI_ISOLATION_HOOK__" in script.source for script in scripts)
