import re
import threading
from typing import Any

import pytest

from shell.acl import (
    APP_ACL_KEY,
    AclError,
    Allowed,
    Authority,
    Capability,
    Commands,
    Denied,
    Manifest,
    Permission,
    PermissionSet,
    Reference,
    Scope,
    core_manifests,
)
from shell.acl.urlpattern import LONGEST_URL, UrlPattern
from tests.acl.program import NOTES, allowed, authority, capability, message, page, scope_of

READ = "plugin:notes|read"
WRITE = "plugin:notes|write"
REMOTE = "https://tauri.app/"


@pytest.mark.parametrize(
    ("keys", "caller", "expected"),
    [
        ({"windows": ["main"]}, page("main"), True),
        ({"windows": ["main"]}, page("other"), False),
        ({"windows": ["main-*"]}, page("main-something"), True),
        ({"windows": ["main-*"]}, page("main"), False),
        ({"windows": []}, page("main"), False),
        # A webview is meant by its own label or by that of its window.
        ({"webviews": ["child"]}, page("main", webview="child"), True),
        ({"webviews": ["child"]}, page("child", webview="main"), False),
        ({"windows": ["main"], "webviews": ["child"]}, page("main", webview="else"), True),
        ({"windows": ["main"], "webviews": ["child"]}, page("other", webview="child"), True),
        ({"windows": ["main"], "webviews": ["child"]}, page("other", webview="else"), False),
        # Origins.
        ({"windows": ["main"]}, page("main", REMOTE), False),
        ({"windows": ["main"], "remote": {"urls": ["https://tauri.app"]}}, page("main", REMOTE), True),
        ({"windows": ["main"], "remote": {"urls": ["https://tauri.app"]}}, page("main"), True),
        ({"windows": ["main"], "remote": {"urls": ["https://tauri.app"]}}, page("other", REMOTE), False),
        ({"windows": ["main"], "remote": {"urls": ["http://tauri.*"]}}, page("main", "http://tauri.studio"), True),
        ({"windows": ["main"], "remote": {"urls": ["https://tauri.app"]}, "local": False}, page("main"), False),
        ({"windows": ["main"], "local": False}, page("main"), False),
        # Platforms.
        ({"windows": ["main"], "platforms": ["linux", "windows"]}, page("main"), True),
        ({"windows": ["main"], "platforms": ["macOS"]}, page("main"), False),
        ({"windows": ["main"], "platforms": []}, page("main"), False),
    ],
)
def test_a_capability_speaks_of_these_pages(keys: dict[str, Any], caller: Any, expected: bool) -> None:
    assert allowed(authority(capability("notes:allow-read", **keys)), READ, caller) is expected


def test_a_plugins_command_is_denied_without_a_capability() -> None:
    assert not allowed(authority(), READ, page())


def test_a_denial_wins_over_every_allow() -> None:
    granting = capability("notes:allow-read", "notes:read-temp", identifier="granting", windows=["*"])
    denying = capability("notes:deny-read", identifier="denying")
    for order in ((granting, denying), (denying, granting)):
        assert not allowed(authority(*order), READ, page())


@pytest.mark.parametrize(
    "keys", [{"windows": ["other"]}, {"local": False}, {"platforms": ["macOS"]}, {"webviews": ["child"]}]
)
def test_a_denial_holds_only_for_the_pages_that_its_capability_speaks_of(keys: dict[str, Any]) -> None:
    asked = authority(
        capability("notes:allow-read", windows=["*"]),
        capability("notes:deny-read", identifier="denying", **keys),
    )
    assert allowed(asked, READ, page())


def test_a_command_that_one_permission_allows_and_denies_is_denied() -> None:
    manifest = Manifest(permissions=[Permission("both", Commands(["a"], ["a"]))])
    asked = authority(capability("x:both"), manifests={"x": manifest})
    assert not allowed(asked, "plugin:x|a", page())


def test_a_permission_for_another_platform_neither_grants_nor_denies() -> None:
    asked = authority(capability("notes:write-on-macos"))
    assert not allowed(asked, WRITE, page())
    assert allowed(authority(capability("notes:write-on-macos"), platform="macOS"), WRITE, page())


def test_the_answer_says_what_allows_and_what_denies() -> None:
    asked = authority(capability("notes:all"), capability("notes:deny-read", identifier="strict", windows=["other"]))
    assert asked.decide(READ, page()) == Allowed(
        Scope(({"path": "$TEMP"},), ({"path": "$TEMP/x"},)),
        Scope(({"path": "$HOME/*"},)),
        (Reference("main", "notes:allow-read"), Reference("main", "notes:read-temp")),
    )
    answer = asked.decide(READ, page("other"))
    assert isinstance(answer, Denied)
    assert answer.by == (("strict", "notes:deny-read"),)


# Sets


def test_sets_hold_sets_and_permissions_of_other_plugins() -> None:
    dialog = Manifest(["open"], sets=[PermissionSet("extra", ["allow-open", "notes:default", "notes:all"])])
    asked = authority(capability("dialog:extra"), manifests={"dialog": dialog, "notes": NOTES})
    assert allowed(asked, "plugin:dialog|open", page())
    assert allowed(asked, READ, page())
    assert allowed(asked, WRITE, page())


def test_a_set_that_contains_itself_is_refused() -> None:
    manifest = Manifest(
        sets=[PermissionSet("a", ["b"]), PermissionSet("b", ["core:path:c"]), PermissionSet("c", ["y:a"])]
    )
    with pytest.raises(AclError) as error:
        authority(capability("y:a"), manifests={"y": manifest, "core:path": manifest})
    assert str(error.value) == (
        'permission set "core:path:c": $.permissions[0]: a set cannot contain itself: y:a → y:b → core:path:c → y:a'
    )


def test_a_default_that_contains_itself_is_refused() -> None:
    with pytest.raises(AclError, match="a set cannot contain itself: y:default → y:default"):
        authority(capability("y:default"), manifests={"y": Manifest(default=["default"])})


def test_sets_that_share_their_members_cost_no_more_than_their_number() -> None:
    sets = [PermissionSet(f"s{n}", [f"s{n + 1}", f"s{n + 1}"]) for n in range(60)]
    manifest = Manifest(["end"], sets=[*sets, PermissionSet("s60", ["allow-end"])])
    assert allowed(authority(capability("x:s0"), manifests={"x": manifest}), "plugin:x|end", page())


def test_sets_are_not_nested_without_end() -> None:
    sets = [PermissionSet(f"s{n}", [f"s{n + 1}"]) for n in range(2000)]
    with pytest.raises(AclError, match="sets are nested deeper than 64 levels"):
        authority(capability("x:s0"), manifests={"x": Manifest(sets=sets)})


def test_a_set_that_names_what_is_not_there_is_refused_though_nobody_grants_it() -> None:
    manifest = Manifest(["read"], sets=[PermissionSet("all", ["allow-read", "allow-raed"])])
    asked = authority(capability("x:allow-read"), manifests={"x": manifest})
    told = 'permission set "x:all": $.permissions[1]: unknown permission "x:allow-raed"; did you mean "x:allow-read"?'
    with pytest.raises(AclError, match=f"^{re.escape(told)}$"):
        asked.check_sets(["x"])


def test_a_default_that_names_what_is_not_there_is_refused_likewise() -> None:
    asked = authority(
        manifests={"x": Manifest(["read"], default=["nope"]), "y": Manifest(["read"], default=["allow-read"])}
    )
    asked.check_sets(["y"])
    with pytest.raises(
        AclError, match=r'^permission set "x:default": \$.permissions\[0\]: unknown permission "x:nope"'
    ):
        asked.check_sets(["x", "y"])


# Remote pages


@pytest.mark.parametrize(
    ("window", "url", "expected"),
    [
        ("main", "https://tauri.app/blog", True),
        ("main", "https://evil.example/", False),
        ("other", "https://tauri.app/blog", False),
        ("main", "https://only-on-macos.example/", False),
    ],
)
def test_a_remote_page_is_known_where_a_capability_of_the_window_names_its_url(
    window: str, url: str, expected: bool
) -> None:
    asked = authority(
        capability(remote={"urls": ["https://tauri.app"]}),
        capability(identifier="mac", remote={"urls": ["https://*"]}, platforms=["macOS"]),
    )
    assert asked.knows_remote(window, window, url) is expected


@pytest.mark.parametrize(
    ("permissions", "keys", "shown"),
    [
        ([], {}, True),
        (["notes:allow-read"], {}, True),
        (["notes:allow-read", "notes:deny-write"], {}, True),
        (["notes:all"], {"windows": [], "webviews": ["child"]}, True),
        (["nowhere:default"], {}, True),
        (["notes:deny-read"], {}, False),
        (["notes:deny-all", "notes:scope-home"], {}, False),
        (["notes:deny-read", "notes:write-on-macos"], {}, False),
        (["notes:allow-read"], {"platforms": ["macOS"]}, False),
        (["notes:allow-read"], {"platforms": []}, False),
        (["notes:allow-read"], {"windows": []}, False),
    ],
)
def test_remote_pages_are_shown_for_a_capability_that_counts_and_not_for_what_is_denied_them(
    permissions: list[str], keys: dict[str, Any], shown: bool
) -> None:
    asked = authority(capability(*permissions, remote={"urls": ["https://tauri.app"]}, **keys))
    assert [pattern.pattern for pattern in asked.remote] == (["https://tauri.app"] if shown else [])
    assert asked.knows_remote("main", "child", "https://tauri.app/blog") is shown


def test_a_url_is_held_only_against_what_capabilities_of_its_own_window_say(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = authority(
        *(
            capability(
                "notes:allow-read", identifier=label, windows=[label], remote={"urls": [f"https://{label}.app/*"]}
            )
            for label in ("main", "other", "else")
        )
    )
    compared: list[str] = []

    def compare(pattern: UrlPattern, url: str) -> bool:
        compared.append(pattern.pattern)
        return matches(pattern, url)

    matches = UrlPattern.matches
    monkeypatch.setattr(UrlPattern, "matches", compare)
    assert asked.knows_remote("main", "main", "https://main.app/x")
    assert allowed(asked, READ, page("main", "https://main.app/x"))
    assert not allowed(asked, READ, page("main", "https://other.app/x"))
    assert compared == ["https://main.app/*"] * 3


def test_of_urls_that_nothing_matches_little_is_kept_and_no_pattern_matches_what_is_left() -> None:
    asked = authority(
        *(
            capability("notes:allow-read", identifier=f"c{at}", remote={"urls": [url]})
            for at, url in enumerate(["*://*", "https://*", "https://*/*", f"{REMOTE}*"])
        )
    )
    kept = asked._resolved._decisions
    for length, expected in ((LONGEST_URL, True), (LONGEST_URL + 1, False), (10 * LONGEST_URL, False)):
        url = f"{REMOTE}{length}/".ljust(length, "a")
        assert asked.decide(READ, page("main", url)) is asked.decide(READ, page("main", url))
        assert allowed(asked, READ, page("main", url)) is expected
    assert [len(url or "") for _, _, _, url in kept] == [LONGEST_URL, 201, 201]
    assert not allowed(asked, READ, page("main", f"{REMOTE}aaa…"))


# Scopes


def test_the_scopes_of_what_allows_a_command_are_one_scope() -> None:
    asked = authority(
        capability(
            {"identifier": "notes:read-temp", "allow": [{"path": "$DOCUMENT"}], "deny": [1]},
            {"identifier": "notes:allow-read", "allow": [{"path": "$TEMP"}, 1]},
        ),
        capability({"identifier": "notes:allow-read", "allow": ["elsewhere"]}, identifier="o", windows=["other"]),
    )
    assert scope_of(asked, READ, page()) == Scope(
        ({"path": "$DOCUMENT"}, {"path": "$TEMP"}, 1), (1, {"path": "$TEMP/x"})
    )
    assert scope_of(asked, READ, page("other")) == Scope(("elsewhere",))


def test_an_entry_is_kept_once_and_one_is_not_true() -> None:
    asked = authority(capability({"identifier": "notes:allow-read", "allow": [1, True, 1.0, "1", 1, {"a": 1, "b": 2}]}))
    scope = scope_of(asked, READ, page())
    assert [repr(entry) for entry in scope.allow] == ["1", "True", "1.0", "'1'", "{'a': 1, 'b': 2}"]


def test_a_permission_without_commands_is_a_scope_for_the_whole_plugin() -> None:
    asked = authority(
        capability("notes:allow-write", {"identifier": "notes:scope-home", "deny": ["x"]}),
        capability("notes:scope-no-keys", identifier="elsewhere", windows=["other"]),
    )
    answer = asked.decide(WRITE, page())
    assert isinstance(answer, Allowed)
    assert answer.scope == Scope()
    # Of every capability that counts, whichever windows it is for: as in Tauri.
    assert answer.global_scope == Scope(({"path": "$HOME/*"},), ("x", {"path": "*.key"}))


def test_the_scope_of_a_plugin_is_not_that_of_another() -> None:
    asked = authority(
        capability("a:scope", "b:allow-go"),
        manifests={"a": Manifest(permissions=[Permission("scope", scope=Scope((1,)))]), "b": Manifest(["go"])},
    )
    assert asked.decide("plugin:b|go", page()) == Allowed(by=(Reference("main", "b:allow-go"),))


# Commands of the app


def test_a_command_of_the_app_is_open_to_its_own_pages_until_something_names_it() -> None:
    asked = authority(capability("allow-save"), app_commands=["greet", "save"])
    assert asked.decide("greet", page("any")) == Allowed()
    assert not allowed(asked, "greet", page("any", REMOTE))
    assert allowed(asked, "save", page("main"))
    assert not allowed(asked, "save", page("other"))


def test_a_remote_page_runs_a_command_of_the_app_only_with_a_capability() -> None:
    asked = authority(capability("allow-greet", remote={"urls": [REMOTE]}), app_commands=["greet", "save"])
    assert allowed(asked, "greet", page("main", REMOTE))
    assert not allowed(asked, "save", page("main", REMOTE))


@pytest.mark.parametrize(
    "manifest",
    [
        Manifest(permissions=[Permission("p", Commands(allow=["greet"]))]),
        Manifest(permissions=[Permission("p", Commands(deny=["greet"]))]),
        Manifest(permissions=[Permission("p", Commands(allow=["greet"]), platforms=("macOS",))]),
        Manifest(sets=[PermissionSet("s", ["allow-greet"])]),
        Manifest(default=["deny-greet"]),
    ],
)
def test_a_permission_of_the_app_names_a_command_though_no_capability_uses_it(manifest: Manifest) -> None:
    asked = authority(manifests={APP_ACL_KEY: manifest}, app_commands=["greet", "save"])
    assert not allowed(asked, "greet", page())
    assert allowed(asked, "save", page())


def test_a_capability_for_another_platform_names_a_command_all_the_same() -> None:
    asked = authority(capability("allow-greet", platforms=["macOS"]), app_commands=["greet"])
    assert not allowed(asked, "greet", page())


def test_a_capability_that_does_not_count_names_a_command_all_the_same() -> None:
    admin = capability("allow-greet", "nowhere:allow-x", identifier="admin", windows=["admin"])
    asked = Authority({}, [capability()], naming=[admin], app_commands=["greet", "save"])
    for again in (False, True):
        assert not allowed(asked, "greet", page())
        assert not allowed(asked, "greet", page("admin"))
        assert allowed(asked, "save", page())
        assert asked.warnings == ()
        if not again:
            asked.add_capability(capability(identifier="more"))


def test_a_command_that_is_only_denied_somewhere_is_allowed_nowhere() -> None:
    asked = authority(capability("deny-greet", windows=["child"]), app_commands=["greet"])
    assert not allowed(asked, "greet", page("child"))
    assert not allowed(asked, "greet", page("main"))


def test_hyphens_stand_for_underscores_in_the_permissions_of_commands() -> None:
    asked = authority(capability("allow-open-all-files"), app_commands=["open_all_files", "open-all_files"])
    assert allowed(asked, "open_all_files", page())
    assert allowed(asked, "open-all_files", page())


def test_the_app_may_get_a_command_later() -> None:
    commands: dict[str, object] = {}
    asked = Authority({}, [], app_commands=commands.keys())
    assert message(asked, "greet", page()) == "greet not allowed: the app has no such command"
    commands["greet"] = None
    assert allowed(asked, "greet", page())


# What cannot be granted

UNKNOWN = 'capabilities/main.json: $.permissions[1]: unknown permission "{}"{}'


@pytest.mark.parametrize(
    ("identifier", "hint"),
    [
        ("core:window:allow-set-titel", '; did you mean "core:window:allow-set-title"?'),
        ("core:windw:default", '; did you mean "core:window:default"?'),
        ("core:defualt", '; did you mean "core:default"?'),
        ("core:xyzzy", '; expected "core:default"'),
        ("window:allow-set-title", '; did you mean "core:window:allow-set-title"?'),
        ("notes:allow-raed", '; did you mean "notes:allow-read"?'),
        ("notes:xyzzy", ""),
        ("allow-gret", '; did you mean "allow-greet"?'),
        ("xyzzy", '; expected "allow-greet" or "deny-greet"'),
    ],
)
def test_an_unknown_permission_is_refused_with_the_nearest_one(identifier: str, hint: str) -> None:
    manifests = {**core_manifests(), "notes": NOTES}
    with pytest.raises(AclError) as error:
        authority(capability("notes:default", identifier), manifests=manifests, app_commands=["greet"])
    assert str(error.value) == UNKNOWN.format(identifier, hint)


def test_a_set_with_an_unknown_permission_is_refused_where_it_is_used() -> None:
    manifest = Manifest(["send"], default=["allow-sned"])
    with pytest.raises(AclError) as error:
        authority(capability("mail:default"), manifests={"mail": manifest})
    assert str(error.value) == (
        'permission set "mail:default": $.permissions[0]: unknown permission "mail:allow-sned"; '
        'did you mean "mail:allow-send"?'
    )
    authority(manifests={"mail": manifest})


@pytest.mark.parametrize(
    ("identifier", "reason"),
    [
        ("fs:allow-read-dir", 'there is no plugin "fs"'),
        ("ntes:default", 'there is no plugin "ntes"; did you mean "notes"?'),
        ("allow-greet", "the app has no commands or permissions"),
        ("default", "the app has no commands or permissions"),
    ],
)
def test_a_plugin_that_is_not_there_is_worth_a_warning(identifier: str, reason: str) -> None:
    asked = authority(capability("notes:allow-read", identifier))
    assert asked.warnings == (f'capabilities/main.json: $.permissions[1]: "{identifier}" grants nothing: {reason}',)
    assert allowed(asked, READ, page())


def test_what_is_for_another_platform_is_not_looked_up() -> None:
    assert authority(capability("biometric:default", "notes:xyzzy", platforms=["iOS"])).warnings == ()


def test_odd_capabilities_are_among_the_warnings() -> None:
    assert authority(capability("notes:default", windows=[])).warnings == (
        'capabilities/main.json: $: applies to no window, because "windows" and "webviews" are both empty',
    )


def test_two_capabilities_of_one_identifier_are_refused() -> None:
    with pytest.raises(AclError) as error:
        authority(capability("notes:default"), capability("notes:default"))
    assert str(error.value) == 'capabilities/main.json: $: the identifier "main" is taken by capabilities/main.json: $'


def test_a_capability_from_python_is_named_by_its_identifier_in_errors() -> None:
    with pytest.raises(AclError) as error:
        authority(Capability("mine", ["notes:a b"], windows=["*"]))
    assert str(error.value).startswith('capability "mine": $.permissions[0]: "notes:a b" cannot name a permission:')


# While the program runs


def test_a_capability_added_while_running_changes_the_answers() -> None:
    asked = authority()
    before = asked.generation
    assert not allowed(asked, READ, page())
    asked.add_capability({"identifier": "late", "windows": ["main"], "permissions": ["notes:all"]})
    assert asked.generation != before
    assert allowed(asked, READ, page())
    asked.add_capability(capability("notes:deny-read"))
    assert not allowed(asked, READ, page())


@pytest.mark.parametrize(
    ("added", "error"),
    [
        ({"identifier": "main", "permissions": []}, 'the identifier "main" is taken by capabilities/main.json: $'),
        ({"identifier": "new", "permissions": ["notes:xyzzy"]}, 'unknown permission "notes:xyzzy"'),
        ({"identifier": "new"}, '"permissions" is missing'),
    ],
)
def test_a_capability_that_cannot_be_added_changes_nothing(added: dict[str, Any], error: str) -> None:
    asked = authority(capability("notes:allow-read"))
    before = asked.generation
    with pytest.raises(AclError) as raised:
        asked.add_capability(added)
    assert str(raised.value).startswith("capability added while running: $")
    assert str(raised.value).endswith(error)
    assert asked.generation == before
    assert allowed(asked, READ, page())


def test_capabilities_may_be_added_from_several_threads_at_once() -> None:
    asked = authority()
    threads = [
        threading.Thread(target=asked.add_capability, args=(capability("notes:all", identifier=f"c{n}"),))
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {one.identifier for one in asked.capabilities} == {f"c{n}" for n in range(8)}
    assert allowed(asked, READ, page())


# What it costs


def test_a_question_asked_again_looks_at_no_capability(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = authority(*(capability("notes:all", identifier=f"c{n}") for n in range(100)))
    looks: list[str] = []

    def applies_to(self: Capability, window: str, webview: str) -> bool:
        looks.append(self.identifier)
        return webview == "main" and window == "main"

    monkeypatch.setattr(Capability, "applies_to", applies_to)
    first = asked.decide(READ, page())
    assert len(looks) == 100
    assert asked.decide(READ, page()) is first
    # Nor does another question about the same page match labels again.
    asked.decide(WRITE, page())
    assert len(looks) == 100


def test_what_is_remembered_does_not_grow_with_what_pages_make_up() -> None:
    asked = authority(capability("notes:allow-read", remote={"urls": ["https://*"]}))
    for n in range(10_000):
        assert not allowed(asked, f"made-up-{n}", page())
        assert not allowed(asked, f"plugin:notes|made-up-{n}", page())
        assert allowed(asked, READ, page("main", f"https://tauri.app/#{n}"))
    resolved = asked._resolved
    assert len(resolved._meant) <= 256
    assert len(resolved._decisions) <= 8192


def test_a_url_longer_than_any_pattern_matches_is_remote_and_denied() -> None:
    asked = authority(capability("notes:allow-read", remote={"urls": ["*://*"]}))
    caller = page("main", f"https://tauri.app/{'a' * 100_000}")
    assert not allowed(asked, READ, caller)
    assert len(message(asked, READ, caller)) < 1000


@pytest.mark.parametrize(
    "command",
    [
        *("", "\0", "plugin:", "plugin:|", "plugin:notes", "plugin:notes|", "plugin:notes|read|x", "read"),
        *("plugin:core:path|join", "plugin:__app-acl__|greet", "__app-acl__", "plugin:notes|\ud800", "greet|"),
    ],
)
def test_a_command_that_does_not_exist_is_denied(command: str) -> None:
    manifests = {**core_manifests(), "notes": NOTES}
    asked = authority(
        capability("notes:all", "core:path:default", "allow-greet"), manifests=manifests, app_commands=["greet"]
    )
    said = message(asked, command, page())
    assert said.endswith(("has no such command", '"')), said


@pytest.mark.parametrize("command", ["_x", "get__x"])
def test_a_command_with_underscores_in_a_row_has_a_permission(command: str) -> None:
    asked = authority(capability(f"allow-{command.replace('_', '-')}"), app_commands=[command, "other"])
    assert isinstance(asked.decide(command, page()), Allowed)
    assert isinstance(asked.decide(command, page("elsewhere")), Denied)
