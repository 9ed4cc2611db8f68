"""What an audit log tells of whom, and what it keeps to itself."""

import datetime as dt
import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from shell.acl import Caller
from shell.acl.decision import Reference
from shell.audit import Audit, AuditError, ToldCall
from shell.audit.text import place_of, without_query

texts = st.one_of(
    st.text(),
    st.text(st.characters(categories=["Cs", "Cc", "Zl", "Zp", "Po"]), max_size=50),
    st.sampled_from(
        ["\ud800", "\n", '"\\', "\u2028", "\0", "x" * 100_000, "é" * 5000, '{"kind":"call"}\n{', "\udcff\x1b[2J"]
    ),
)
NOW = dt.datetime(2026, 1, 2, 3, 4, 5, 678_901, dt.UTC)


def caller(url: str = "tauri://localhost/", *, label: str = "main", local: bool = True) -> Caller:
    return Caller(label, label, url, "tauri://localhost", 7, local)


class Kept:
    """An audit log, and what is in it."""

    def __init__(self, path: Path, *arguments: str) -> None:
        self.path = path
        self.audit = Audit.open(path, size=1 << 30, arguments=arguments, soon=lambda function: None)

    def lines(self) -> list[Any]:
        self.audit.end()
        *found, last = self.path.read_bytes().split(b"\n")
        assert last == b""
        told = [json.loads(line) for line in found]
        assert told.pop()["kind"] == "end"
        return told

    def call(
        self, command: str, body: bytes = b"{}", *, raw: bool = False, who: Caller | None = None, **more: Any
    ) -> None:
        self.tell(command, body, raw=raw, who=who, **{"outcome": "answered", "ms": 0.25, **more})

    def tell(self, command: str, body: bytes = b"", *, who: Caller | None = None, **more: Any) -> None:
        by = (Reference("default", "allow-greet"),)
        told = {"road": "bridge", "allowed": True, "raw": False, "by": by, "why": "", **more}
        self.audit.call(ToldCall(time=NOW, caller=who or caller(), command=command, body=body, **told))


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "audit.jsonl")


def test_a_call_is_one_line_that_says_who_when_what_and_why(kept: Kept) -> None:
    kept.call("greet", b'{"name":"x"}')
    (line,) = kept.lines()
    assert line.pop("process") > 0
    assert line == {
        "time": "2026-01-02T03:04:05.678901Z",
        "kind": "call",
        "caller": {
            "window": "main",
            "webview": "main",
            "origin": "tauri://localhost",
            "page": "tauri://localhost/",
            "document": 7,
            "local": True,
        },
        "command": "greet",
        "road": "bridge",
        "size": 12,
        "allowed": True,
        "by": [{"capability": "default", "permission": "allow-greet"}],
        "ms": 0.25,
        "outcome": "answered",
    }


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@example("\ud800\n", "\n", "\n")
@given(texts, texts, texts)
def test_whatever_pages_choose_is_one_line_of_json_of_limited_length(
    tmp_path: Path, one: str, two: str, three: str
) -> None:
    path = tmp_path / "audit.jsonl"
    path.unlink(missing_ok=True)
    kept = Kept(path, "*", "\udcff")
    who = caller(two, label=three, local=False)
    kept.audit.begin(one)
    kept.call(one, two.encode(errors="replace"), who=who, instead_of=three)
    kept.tell(one, who=who, road="ipc", allowed=False, by=(), why=two)
    kept.tell(one, who=who, road="ipc", by=(Reference(one, two),))
    kept.audit.message(one, two, who)
    kept.audit.message(one, two)
    kept.audit.wish("request", webview=one, page=two, target=three, what=one, allowed=False, why=two)
    assert [line["kind"] for line in kept.lines()] == ["start", "call", "call", "call", "message", "message", "request"]
    assert max(map(len, path.read_bytes().split(b"\n"))) < 150_000


@given(st.text(st.characters(categories=["Cc", "Cf", "Cn", "Co", "Zl", "Zp", "Zs", "L"]), min_size=1, max_size=50))
@example("\u2028\u2029\x85\x9b2J\x7f\u202e\U000e0001é")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_that_pages_choose_is_written_as_what_a_terminal_acts_on(tmp_path: Path, text: str) -> None:
    path = tmp_path / "audit.jsonl"
    path.unlink(missing_ok=True)
    kept = Kept(path, "*")
    kept.call(text, text.encode(), who=caller(label=text))
    kept.audit.message(text, text)
    call, message = kept.lines()
    assert path.read_text().removesuffix("\n").replace("\n", "").isprintable()
    assert (call["command"], call["arguments"], call["caller"]["window"], message["why"]) == (text, text, text, text)


def test_what_is_not_printable_is_written_without_a_call_for_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[object] = []
    dumps = json.dumps

    def count(value: object) -> str:
        counted.append(value)
        return dumps(value)

    monkeypatch.setattr("json.dumps", count)
    kept = Kept(tmp_path / "audit.jsonl", "*")
    kept.call("save", ("\x7f\u2028\U000e0001é" * 4096).encode())
    assert len(counted) == 1
    assert kept.lines()[0]["arguments"].startswith("\x7f\u2028\U000e0001é\x7f")


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("tauri://localhost/a/b.html?token=1#x", "tauri://localhost/a/b.html"),
        ("https://ada:secret@example.com/a?b", "https://example.com/a"),
        ("https://ada@example.com#/secret", "https://example.com"),
        ("data:text/html,secret", "data:"),
        ("JavaScript:secret()", "JavaScript:"),
        ("blob:tauri://localhost/0-1", "blob:"),
        ("https://a.example/https://ada:secret@b.example/@c", "https://a.example/https://b.example/@c"),
        ("https://" + "secret" * 1000 + "@example.com/a", "https://example.com/a"),
        ("https://" + "://ada:secret@b" * 1000, "https://" + "://b" * 123 + "…"),
        ("mailto:ada@example.com?body=secret", "mailto:ada@example.com"),
        ("about:blank", "about:blank"),
        ("", ""),
    ],
)
def test_a_place_says_where_and_none_of_the_secrets(url: str, place: str) -> None:
    assert place_of(url) == place


def test_the_place_of_a_long_url_is_found_without_a_look_at_each_character() -> None:
    def spent(find: Callable[[str], object]) -> float:
        began = time.process_time()
        for _ in range(10):
            find(url)
        return time.process_time() - began

    url = "http://example.com/" + "a" * 2_000_000
    assert spent(place_of) < spent(re.compile("(?<=://)[^/]*@").search)


def test_a_reason_that_shows_the_page_shows_only_its_place() -> None:
    url = "https://example.com/a?token=" + "s" * 1000
    assert without_query(f"no {url}!", url) == "no https://example.com/a!"
    assert without_query(f"no {url[:200]}…", url) == "no https://example.com/a…"
    assert without_query("no", url) == without_query("no", "") == "no"


def test_arguments_are_told_of_the_commands_that_were_named_and_of_no_other(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "audit.jsonl", "greet", "plugin:window|*")
    body = '{"name":"sécret\n"}'.encode()
    for command in ("greet", "plugin:window|title", "greet2", "plugin:webview|print"):
        kept.call(command, body)
    kept.call("greet", b"\xff\n" * 20_000)
    kept.call("greet", b"bytes", raw=True)
    told = [line.get("arguments") for line in kept.lines()]
    assert told[:4] == [body.decode(), body.decode(), None, None]
    assert len(told[4]) < 20_000
    assert told[5] is None


def test_a_pattern_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match=r'the audit log cannot tell arguments of these commands: "\["'):
        Kept(tmp_path / "audit.jsonl", "[")


def test_a_log_that_is_full_goes_on_in_another_that_says_so(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    audit = Audit.open(path, size=2000, arguments=["greet"], soon=lambda function: None)
    audit.begin("com.example.notes")
    for number in range(60):
        audit.message("main", str(number))
        audit.flush()
    audit.end()
    aside, found = ([json.loads(line) for line in file.read_text().splitlines()] for file in (Path(f"{path}.1"), path))
    for lines in aside, found:
        first = lines.pop(0)
        assert (first["kind"], first["program"], first["arguments_of"]) == ("continued", "com.example.notes", ["greet"])
        assert first["why"] == "audit.jsonl was full, and is audit.jsonl.1 now, in place of an earlier one"
    assert found.pop()["kind"] == "end"
    told = [int(line["why"]) for line in (*aside, *found)]
    assert 10 < len(told) < 50
    assert told == list(range(60 - len(told), 60))
