import time

import pytest

from shell.acl import APP_ACL_KEY, Caller, Capability, Commands, Manifest, Permission, PermissionSet, core_manifests
from tests.acl.program import NOTES, authority, capability, message, page

READ = "plugin:notes|read"


@pytest.mark.parametrize(
    ("command", "caller", "expected"),
    [
        (
            "plugin:window|set_title",
            page(),
            'window.set_title not allowed on window "main", webview "main", URL: local. '
            "Permissions associated with this command: core:window:allow-set-title",
        ),
        (
            "plugin:window|title",
            page("other"),
            'window.title not allowed on window "other", webview "other", URL: local. '
            'Allowed on [windows: "main", URL: local], by capability "main", permission "core:window:allow-title". '
            "Permissions associated with this command: core:window:allow-title, core:window:default",
        ),
        (
            "plugin:event|emit",
            page("main", "https://example.com/a?b#c"),
            'event.emit not allowed on window "main", webview "main", URL: https://example.com/a?b#c. '
            'Allowed on [windows: "main", URL: local], by capability "main", permission "core:event:allow-emit". '
            "Permissions associated with this command: core:event:allow-emit, core:event:default. "
            "A remote page has what capabilities grant whose remote.urls match its URL",
        ),
        (
            "plugin:window|close",
            page(),
            'window.close denied on window "main", webview "main", URL: local, '
            'by capability "strict", permission "core:window:deny-close"',
        ),
        ("plugin:window|set_titel", page(), 'window.set_titel not allowed: plugin "window" has no such command'),
        ("plugin:fs|read_dir", page(), 'fs.read_dir not allowed: there is no plugin "fs"'),
        ("greet", page(), "greet not allowed: the app has no such command"),
        (
            "save",
            page("main", "https://example.com/"),
            'save not allowed on window "main", webview "main", URL: https://example.com/. '
            "Permissions associated with this command: allow-save. "
            "A remote page has what capabilities grant whose remote.urls match its URL",
        ),
    ],
)
def test_a_refusal_says_who_asked_and_what_would_allow_it(command: str, caller: Caller, expected: str) -> None:
    asked = authority(
        capability("core:default"),
        capability("core:window:deny-close", identifier="strict"),
        manifests=core_manifests(),
        app_commands=["save"],
    )
    assert message(asked, command, caller) == expected


def test_a_refusal_names_the_windows_webviews_and_urls_where_it_would_be_allowed() -> None:
    asked = authority(
        capability("notes:read-temp", windows=["a", "b-*"], webviews=["c"], remote={"urls": ["https://*"]}),
        capability("notes:default", identifier="far", windows=["d"], local=False, remote={"urls": ["http://*"]}),
    )
    assert message(asked, READ, page()) == (
        'notes.read not allowed on window "main", webview "main", URL: local. '
        'Allowed on [windows: "a", "b-*", webviews: "c", URL: local, https://*], [windows: "d", URL: http://*], '
        'by capability "main", permission "notes:read-temp"; capability "far", permission "notes:allow-read". '
        "Permissions associated with this command: notes:allow-read, notes:read-temp, notes:all, notes:default"
    )


def test_a_refusal_stays_short_among_many_capabilities() -> None:
    denying = [capability("notes:deny-read", identifier=f"c{n}") for n in range(50)]
    assert message(authority(*denying), READ, page()).endswith(
        'by capability "c0", permission "notes:deny-read"; capability "c1", permission "notes:deny-read"; '
        'capability "c2", permission "notes:deny-read"; and 47 more'
    )
    granting = [capability("notes:allow-read", identifier=f"c{n}", windows=[f"w{n}"]) for n in range(50)]
    said = message(authority(*granting), READ, page())
    assert "; and 47 more. Permissions" in said
    assert "w3" not in said


def test_a_refusal_stays_short_where_a_capability_names_thousands_of_windows_and_urls() -> None:
    labels, urls = [f"w{n}" for n in range(5000)], [f"https://a{n}.example" for n in range(5000)]
    asked = authority(capability("notes:allow-read", windows=labels, webviews=labels[:4], remote={"urls": urls}))
    assert (
        'Allowed on [windows: "w0", "w1", "w2" and 4997 more, webviews: "w0", "w1", "w2" and 1 more, '
        "URL: local, https://a0.example, https://a1.example, https://a2.example and 4997 more], by capability"
    ) in message(asked, READ, page("else"))
    one = capability(
        "notes:allow-read", identifier="c" * 9000, windows=["w"], remote={"urls": [f"https://{'u' * 900}"]}
    )
    assert len(message(authority(one), READ, page("else"))) < 1000


def test_a_refusal_stays_short_for_a_long_url() -> None:
    said = message(authority(manifests={"notes": NOTES}), READ, page("main", f"https://example.com/{'a' * 999}"))
    assert f"URL: https://example.com/{'a' * 180}…. Permissions" in said


def test_a_refusal_stays_short_for_long_labels() -> None:
    said = message(authority(manifests={"notes": NOTES}), READ, page("w" * 15_000, webview="v" * 15_000))
    assert f'on window "{"w" * 200}…", webview "{"v" * 200}…", URL: local' in said


def test_a_command_that_no_permission_allows_is_refused_so() -> None:
    manifest = Manifest(permissions=[Permission("never", Commands(deny=["erase"]))])
    asked = authority(Capability("c", [], windows=["*"]), manifests={"disk": manifest, APP_ACL_KEY: manifest})
    assert message(asked, "plugin:disk|erase", page()).endswith("URL: local. No permission allows this command")
    assert message(asked, "erase", page()).endswith("URL: local. No permission allows this command")


def test_a_refusal_survives_sets_that_nobody_can_use() -> None:
    manifest = Manifest(["send"], default=["default", "a", "gone"])
    asked = authority(manifests={"mail": manifest})
    assert message(asked, "plugin:mail|send", page()).endswith("with this command: mail:allow-send")


def test_a_refusal_takes_no_longer_where_sets_share_thousands_of_permissions() -> None:
    named = [f"p{number}" for number in range(3000)]
    manifest = Manifest(
        permissions=[Permission(name, Commands(allow=["greet", name])) for name in named],
        sets=[PermissionSet("big", named), *(PermissionSet(f"s{number}", ["big"]) for number in range(3000))],
    )
    asked = authority(manifests={APP_ACL_KEY: manifest}, app_commands=["greet"])
    begun = time.process_time()
    said = message(asked, "greet", page())
    for name in named[:200]:
        assert f"allow-{name}, " not in message(asked, name, page())
    assert time.process_time() - begun < 5.0
    assert said.endswith("with this command: allow-greet, p0, p1, p2, p3, p4 and 5996 more")
