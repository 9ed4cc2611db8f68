"""What pages may reach."""

from urllib.parse import urlsplit

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shell.acl import RemotePattern
from shell.config.urls import UrlPattern
from shell.webview.network import CHROMIUM_FLAGS, ISOLATION, Kind, Network, Request, chromium_flags, hosts_of
from shell.webview.origin import APP_ORIGIN, AppOrigins

DEV = "http://localhost:1420"
REMOTE = "https://remote.example"


def patterns(*texts: str) -> tuple[UrlPattern, ...]:
    return tuple(pattern for text in texts if (pattern := UrlPattern.parse(text)))


def network(*listed: str) -> Network:
    hosts = patterns(*listed)
    return Network(lambda url: any(host.matches(url) for host in hosts), AppOrigins.of([DEV]))


def request(url: str, *, by: str = APP_ORIGIN, within: str | None = None, kind: Kind = Kind.DATA) -> Request:
    parts = urlsplit(url)
    return Request(parts.scheme, parts.hostname or "", parts.port, by, within or by, kind)


LISTED = (
    "https://api.example.com",
    "https://*.cdn.example:8443",
    "wss://live.example",
    "http://[::1]:3000",
    "https://ports.example:*",
)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.com",
        "https://a.cdn.example:8443",
        "https://a.b.cdn.example:8443",
        "wss://live.example",
        "http://[::1]:3000",
        "https://ports.example:1",
    ],
)
@pytest.mark.parametrize("kind", Kind)
def test_a_listed_host_is_reached(url: str, kind: Kind) -> None:
    assert network(*LISTED).refusal(request(url, kind=kind)) is None


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example.com",
        "https://api.example.com:8443",
        "https://example.com",
        "https://api.example.com.evil.example",
        "https://cdn.example:8443",
        "https://evilcdn.example:8443",
        "https://live.example",
        "ws://live.example",
        "http://[::1]:3001",
        "http://127.0.0.1:3000",
    ],
)
def test_any_other_host_is_not_and_the_refusal_says_what_would_allow_it(url: str) -> None:
    assert network(*LISTED).refusal(request(url)) == f'"{url}" is not listed under plugins.qtshell.network'
    assert network(url).refusal(request(url)) is None


@pytest.mark.parametrize(
    "scheme", ["file", "ftp", "filesystem", "chrome", "chrome-extension", "qrc", "view-source", "x"]
)
def test_no_other_scheme_is_loaded_whatever_is_listed(scheme: str) -> None:
    assert network("*").refusal(request(f"{scheme}://localhost")) == f"no page may load {scheme}:"


@pytest.mark.parametrize("scheme", ["data", "blob", "about", "devtools"])
def test_what_a_page_has_within_itself_is_not_asked_about(scheme: str) -> None:
    assert network().refusal(Request(scheme, "", None, "null", REMOTE, Kind.DATA)) is None


@pytest.mark.parametrize("by", [APP_ORIGIN, DEV])
@pytest.mark.parametrize("scheme", ["tauri", "asset", "ipc"])
def test_the_apps_own_pages_reach_its_schemes(by: str, scheme: str) -> None:
    assert network().refusal(request(f"{scheme}://localhost", by=by)) is None


@pytest.mark.parametrize("kind", [Kind.PAGE, Kind.FRAME, Kind.PASSIVE])
def test_ipc_is_nothing_to_show_or_to_run(kind: Kind) -> None:
    assert network("*").refusal(request("ipc://localhost", kind=kind)) == (
        "ipc: answers what pages fetch, and shows and runs nothing"
    )


@pytest.mark.parametrize("kind", [Kind.PASSIVE, Kind.DATA])
@pytest.mark.parametrize("scheme", ["tauri", "asset"])
def test_no_host_sends_a_script_on_to_the_app(scheme: str, kind: Kind) -> None:
    assert network("*").refusal(attrs.evolve(request(f"{scheme}://localhost", kind=kind), is_sent_on=True)) == (
        f"{scheme}: is asked by pages themselves, and no host sends their scripts on to there"
    )


@pytest.mark.parametrize("kind", [Kind.FRAME, Kind.PASSIVE, Kind.DATA])
@pytest.mark.parametrize("by", [REMOTE, "asset://localhost", "tauri://elsewhere", "http://localhost:1421"])
@pytest.mark.parametrize("scheme", ["tauri", "asset", "ipc"])
def test_other_pages_reach_none_of_the_apps_schemes(by: str, scheme: str, kind: Kind) -> None:
    assert network("*").refusal(request(f"{scheme}://localhost", by=by, kind=kind)) == (
        f"{scheme}: is for the app's own pages only"
    )


def test_any_page_may_be_left_for_a_page_of_the_app_if_its_window_lets_it() -> None:
    assert network().refusal(request("tauri://localhost", by=REMOTE, kind=Kind.PAGE)) is None
    assert network().refusal(request("tauri://localhost", by="null", kind=Kind.PAGE)) is None
    assert network().refusal(request("asset://localhost", by=REMOTE, kind=Kind.PAGE))
    assert network().refusal(request("ipc://localhost", by="null", within=APP_ORIGIN, kind=Kind.PAGE))


def test_a_sandboxed_frame_of_the_app_shows_its_files_and_reads_none() -> None:
    def refusal(url: str, within: str, kind: Kind) -> str | None:
        return network().refusal(request(url, by="null", within=within, kind=kind))

    assert refusal("tauri://localhost", APP_ORIGIN, Kind.PASSIVE) is None
    assert refusal("tauri://localhost", APP_ORIGIN, Kind.FRAME) is None
    assert refusal("tauri://localhost", APP_ORIGIN, Kind.DATA)
    assert refusal("tauri://localhost", REMOTE, Kind.PASSIVE)
    assert refusal("asset://localhost", APP_ORIGIN, Kind.PASSIVE)


def test_chromium_is_told_of_the_listed_hosts_and_no_others() -> None:
    assert chromium_flags(()) == ('--host-resolver-rules="MAP * ~NOTFOUND"', "--no-proxy-server", *CHROMIUM_FLAGS)
    assert chromium_flags(patterns(*LISTED))[0] == (
        '--host-resolver-rules="MAP [::1]:3000 [::1]:3000, MAP api.example.com:443 api.example.com:443,'
        " MAP live.example:443 live.example:443, MAP * ~NOTFOUND,"
        ' EXCLUDE *.cdn.example, EXCLUDE ports.example"'
    )


@pytest.mark.parametrize(
    ("pattern", "rules"),
    [
        ("https://app.example.com/*", "MAP app.example.com:443 app.example.com:443, MAP * ~NOTFOUND"),
        ("https://app-*.example.com/*", "MAP * ~NOTFOUND, EXCLUDE app-*.example.com"),
        ("https://:sub.example.com:8443", "MAP * ~NOTFOUND, EXCLUDE *.example.com"),
        (
            "http{s}?://example.com/*",
            "MAP example.com:443 example.com:443, MAP example.com:80 example.com:80, MAP * ~NOTFOUND",
        ),
        (r"https://example.com/s\?q=*", "MAP example.com:443 example.com:443, MAP * ~NOTFOUND"),
        ("https://example.com/café", "MAP example.com:443 example.com:443, MAP * ~NOTFOUND"),
        ("https://example.com:80*", "MAP * ~NOTFOUND, EXCLUDE example.com"),
        ("http://[::1]:3000/*", "MAP [::1]:3000 [::1]:3000, MAP * ~NOTFOUND"),
        ("http://[2001:*]", "MAP * ~NOTFOUND, EXCLUDE 2001:*"),
        ("https://example.com:0", "MAP * ~NOTFOUND"),
        ("https://example.com:99999", "MAP * ~NOTFOUND"),
        ("custom://*", "MAP * ~NOTFOUND"),
        ("https://", "MAP * ~NOTFOUND"),
    ],
)
def test_chromium_is_told_of_the_hosts_of_remote_pages_and_no_others(pattern: str, rules: str) -> None:
    assert chromium_flags(hosts_of(RemotePattern(pattern)))[0] == f'--host-resolver-rules="{rules}"'


def test_where_every_host_is_listed_chromium_resolves_all_of_them() -> None:
    assert chromium_flags(patterns("https://*")) == CHROMIUM_FLAGS
    assert chromium_flags(hosts_of(RemotePattern("https://*"))) == CHROMIUM_FLAGS
    assert chromium_flags(patterns("*", "https://api.example.com")) == (ISOLATION,)


@given(st.text(), st.text(), st.none() | st.integers(0, 65535), st.text(), st.text(), st.sampled_from(Kind))
def test_nothing_unlisted_goes_out_however_it_is_written(
    scheme: str, host: str, port: int | None, initiator: str, first_party: str, kind: Kind
) -> None:
    refusal = network().refusal(Request(scheme, host, port, initiator, first_party, kind))
    assert refusal is not None or scheme in {"about", "blob", "data", "devtools", "tauri"}
