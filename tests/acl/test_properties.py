from collections.abc import Sequence
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

from shell.acl import Caller, Capability, Denied, Scope
from tests.acl.program import allowed, authority, capability, page, refused

COMMANDS = [f"plugin:notes|{name}" for name in ("read", "write", "list_all")]
ALLOWING = ["notes:default", "notes:all", "notes:read-temp", "notes:allow-read", "notes:allow-write"]
DENYING = ["notes:deny-all", "notes:deny-read", "notes:deny-write", "notes:deny-list-all"]
LABELS = ["main", "main-1", "other"]
URLS = [None, "https://tauri.app/", "https://api.tauri.app/v1", "http://localhost:3000/"]

patterns = st.lists(st.sampled_from(["*", "main", "main*", "oth?r", "[mo]*"]), max_size=2)
urls = st.lists(st.sampled_from(["https://*", "https://*.tauri.app", "http://localhost:*/*"]), max_size=2)
pages = st.builds(
    lambda window, webview, url: page(window, url, webview=webview),
    st.sampled_from(LABELS),
    st.sampled_from(LABELS),
    st.sampled_from(URLS),
)


def capabilities(permissions: Sequence[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "windows": patterns,
            "webviews": patterns,
            "local": st.booleans(),
            "remote": urls.map(lambda found: {"urls": found}),
            "platforms": st.sampled_from([None, ["linux"], ["macOS"]]),
            "permissions": st.lists(st.sampled_from(permissions), max_size=3),
        }
    )


def numbered(found: list[dict[str, Any]]) -> list[Capability]:
    return [
        capability(*keys["permissions"], identifier=f"c{n}", **{k: v for k, v in keys.items() if k != "permissions"})
        for n, keys in enumerate(found)
    ]


some = st.lists(capabilities(ALLOWING + DENYING), max_size=4)


@given(some, capabilities(DENYING), pages)
def test_a_denial_more_never_allows_more(found: list[dict[str, Any]], more: dict[str, Any], caller: Caller) -> None:
    before, after = authority(*numbered(found)), authority(*numbered([*found, more]))
    assert all(allowed(before, command, caller) for command in COMMANDS if allowed(after, command, caller))


@given(some, capabilities(ALLOWING), pages)
def test_an_allow_more_never_denies_more(found: list[dict[str, Any]], more: dict[str, Any], caller: Caller) -> None:
    before, after = authority(*numbered(found)), authority(*numbered([*found, more]))
    assert all(allowed(after, command, caller) for command in COMMANDS if allowed(before, command, caller))


@given(some, pages)
def test_the_order_of_capabilities_changes_no_answer(found: list[dict[str, Any]], caller: Caller) -> None:
    there = numbered(found)
    one, other = authority(*there), authority(*reversed(there))
    assert all(allowed(one, command, caller) == allowed(other, command, caller) for command in COMMANDS)


@given(some, capabilities(ALLOWING + DENYING), pages)
def test_a_capability_counts_the_same_when_it_comes_later(
    found: list[dict[str, Any]], more: dict[str, Any], caller: Caller
) -> None:
    there = numbered([*found, more])
    late = authority(*there[:-1])
    for command in COMMANDS:
        late.decide(command, caller)
    late.add_capability(there[-1])
    together = authority(*there)
    assert all(late.decide(command, caller) == together.decide(command, caller) for command in COMMANDS)


@given(some, pages)
def test_all_together_allow_what_one_allows_and_none_denies(found: list[dict[str, Any]], caller: Caller) -> None:
    there = numbered(found)
    without_denials = [
        attrs.evolve(one, permissions=[entry for entry in one.permissions if "deny" not in entry.identifier])
        for one in there
    ]
    for command in COMMANDS:
        granted = any(allowed(authority(one), command, caller) for one in without_denials)
        alone = [authority(one).decide(command, caller) for one in there]
        denied = any(isinstance(answer, Denied) and answer.by for answer in alone)
        assert allowed(authority(*there), command, caller) is (granted and not denied)


@given(st.lists(st.lists(st.integers(0, 4), max_size=4), max_size=4))
def test_merged_scopes_hold_every_entry_once_in_the_order_of_their_first(parts: list[list[int]]) -> None:
    merged = Scope.merged(Scope(tuple(part)) for part in parts)
    assert merged.allow == tuple(dict.fromkeys(entry for part in parts for entry in part))


@given(st.text() | st.text().map("plugin:{}".format), st.text(), st.text(), st.text(), st.booleans())
def test_no_question_raises(command: str, window: str, webview: str, url: str, local: bool) -> None:
    asked = authority(capability(*ALLOWING, windows=["*"], remote={"urls": ["*://*"]}), app_commands=["greet"])
    asked.decide(command, Caller(window, webview, url, "", 1, local))


@given(st.lists(st.text(), max_size=3), st.booleans())
def test_any_permissions_are_resolved_or_refused_in_one_line(identifiers: list[str], known: bool) -> None:
    names = [f"notes:{name}" if known else name for name in identifiers]
    error = refused(lambda: authority(Capability("c", names, windows=["*"]), app_commands=["greet"]))
    assert len(error.splitlines()) <= 1
