from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shell.config import Config, ConfigError, Csp, Frontend, UrlPattern, config_from, with_frontend

hosts = st.from_regex(r"[a-z0-9]{1,8}(\.[a-z0-9]{1,8}){0,2}", fullmatch=True)


def own(**keys: Any) -> Config:
    return config_from({"identifier": "com.example.app", "plugins": {"qtshell": keys}})


def secured(**keys: Any) -> Config:
    return config_from({"identifier": "com.example.app", "app": {"security": keys}})


def network(config: Config) -> list[str]:
    return [str(pattern) for pattern in config.network_hosts]


@pytest.mark.parametrize(
    ("pattern", "meant", "not_meant"),
    [
        (
            "https://api.example.com",
            ["https://api.example.com/", "https://api.example.com", "https://API.example.com:443/a?b#c"],
            [
                "http://api.example.com/",
                "wss://api.example.com/",
                "https://api.example.com:8443/",
                "https://api.example.com.evil.org/",
                "https://x.api.example.com/",
                "https://api.example.com@evil.org/",
                "https://evil.org/https://api.example.com/",
                "https:api.example.com",
                "https://evil.org\\@api.example.com/",
                "https://api.example.com\n/",
                " https://api.example.com/",
                f"https://api.example.com/{'a' * 70_000}",
            ],
        ),
        (
            "http://localhost:1420",
            ["http://localhost:1420/x", "https://localhost:1420"],
            ["http://localhost", "ws://localhost:1420"],
        ),
        ("ws://localhost:1420", ["ws://localhost:1420/x", "wss://localhost:1420/"], ["http://localhost:1420/"]),
        (
            "https://*.example.com:8443",
            ["https://a.example.com:8443/", "https://a.b.example.com:8443/"],
            ["https://example.com:8443/", "https://a.example.com/", "https://aexample.com:8443/"],
        ),
        (
            "api.example.com",
            ["http://api.example.com/", "https://api.example.com/", "ws://api.example.com", "wss://api.example.com/"],
            ["ftp://api.example.com/", "https://api.example.com:1/"],
        ),
        (
            "localhost:*",
            ["http://localhost:1/", "ws://localhost:65535/", "https://localhost/"],
            ["http://localhost.evil.org/"],
        ),
        ("https://*", ["https://a/", "https://b.c:8443/"], ["http://a/", "https://"]),
        ("http://[::1]:80", ["http://[::1]/", "http://[::1]:80/"], ["http://[::2]/", "http://[::1]:81/"]),
        (
            "https://a.org/docs/*",
            ["https://a.org/docs/", "https://a.org/docs/x?y"],
            ["https://a.org/", "https://a.org/docs"],
        ),
        ("https://a.org/x", ["https://a.org/x"], ["https://a.org/xy", "https://a.org/x?y"]),
    ],
)
def test_a_pattern_means_its_hosts_and_no_other(pattern: str, meant: list[str], not_meant: list[str]) -> None:
    parsed = UrlPattern.parse(pattern)
    assert parsed is not None
    assert [url for url in meant if not parsed.matches(url)] == []
    assert [url for url in not_meant if parsed.matches(url)] == []
    assert UrlPattern.parse(str(parsed)) == parsed


@pytest.mark.parametrize(
    "text",
    [
        "",
        "*.",
        "https://",
        "a..b",
        "-a",
        "a b",
        "https://a:99999",
        "https://a:0",
        "*:00000",
        "https://a:x",
        "'self'",
        "data:",
        "https:",
        "a/../b c",
        "bücher.de",
        "https://u@a",
    ],
)
def test_what_is_no_pattern_is_none(text: str) -> None:
    assert UrlPattern.parse(text) is None


@given(st.text())
def test_any_text_is_a_pattern_or_none_and_any_text_may_be_matched(text: str) -> None:
    pattern = UrlPattern.parse(text)
    assert pattern is None or UrlPattern.parse(str(pattern)) == pattern
    for known in (UrlPattern.parse("https://*"), UrlPattern.parse("a.b"), pattern):
        assert known is None or known.matches(text) in {True, False}


@given(hosts, hosts)
def test_a_host_is_never_another(host: str, other: str) -> None:
    pattern = UrlPattern.parse(f"https://{host}")
    assert pattern is not None
    assert pattern.matches(f"https://{other}/") is (host == other)


@pytest.mark.parametrize("port", ["0", "00000"])
def test_the_port_that_there_cannot_be_stands_for_no_other(port: str) -> None:
    assert UrlPattern.of_origin(f"https://a.org:{port}/") is None
    assert network(config_from({"identifier": "a.b", "app": {"security": {"csp": f"img-src a.org:{port} b.org"}}})) == [
        "b.org"
    ]


def test_network_lists_hosts() -> None:
    assert network(own(network=["https://api.example.com", "*.tiles.example.org", "http://localhost:*"])) == [
        "https://api.example.com",
        "*.tiles.example.org",
        "http://localhost:*",
    ]


@pytest.mark.parametrize("entry", ["ftp://a", "https://a/path", "mailto:", "*", "https:", "https://a:0", 7, ""])
def test_network_takes_nothing_but_hosts(entry: object) -> None:
    if entry == "*":
        assert network(own(network=[entry])) == ["*:*"]
        return
    with pytest.raises(ConfigError) as raised:
        own(network=[entry])
    assert str(raised.value).startswith('<inline>: $.plugins.qtshell.network[0]: expected a host such as "https://api.')


def test_links_are_listed_with_their_schemes() -> None:
    links = own(openLinks=["https://docs.example.org/*", "mailto:", "tel:*"]).shell.open_links

    def opens(url: str) -> bool:
        return any(link.matches(url) for link in links)

    assert opens("https://docs.example.org/a")
    assert opens("mailto:ada@example.org?subject=x%20y")
    assert opens("tel:+49-30")
    assert not opens("https://example.org/")
    assert not opens("http://docs.example.org/a")
    assert not opens("file:///etc/passwd")


@pytest.mark.parametrize("rest", ["x", "", "x?y#z", "/x", "///x", "///", "//", "//?x", "//#x", "////x"])
def test_a_scheme_alone_means_urls_that_name_no_host(rest: str) -> None:
    [link] = own(openLinks=["vscode:"]).shell.open_links
    assert link.matches(f"vscode:{rest}")


@pytest.mark.parametrize(
    "host", ["evil", "evil:1", "evil:0", "evil:123456", "evil:", "u@evil", "%65vil", "*", ":0", "@"]
)
def test_a_scheme_alone_means_no_host_however_it_is_written(host: str) -> None:
    [link] = own(openLinks=["vscode:"]).shell.open_links
    for rest in ("", "/x", "?x", "#x"):
        assert not link.matches(f"vscode://{host}{rest}")


def test_all_links_are_those_of_the_web_mail_and_telephone() -> None:
    links = own(openLinks=True).shell.open_links
    for url in ["http://a:8080/", "https://a.b/c", "mailto:a@b.c", "tel:1"]:
        assert any(link.matches(url) for link in links)
    for url in ["file:///a", "javascript:alert(1)", "vscode://a", "ws://a/", "data:text/html,x", "tauri://localhost/"]:
        assert not any(link.matches(url) for link in links)
    assert own(openLinks=False).shell.open_links == own().shell.open_links == ()


@pytest.mark.parametrize("link", ["file:", "javascript:*", "tauri://localhost", "data:", "docs.example.org", "*", 3])
def test_links_to_the_machine_or_into_the_program_cannot_be_listed(link: object) -> None:
    with pytest.raises(ConfigError, match="expected a link such as"):
        own(openLinks=[link])


def test_the_hosts_that_a_policy_names_may_be_reached() -> None:
    config = secured(
        csp="default-src 'self' https: data: *; "
        "connect-src ipc: http://ipc.localhost https://api.example.com/v1/ wss://live.example.com; "
        "IMG-SRC http://localhost:1234 *.example.org https://*; script-src-elem 'nonce-a' https://cdn.example.com; "
        "form-action https://form.example.com; report-uri https://report.example.com; "
        "frame-ancestors https://frame.example.com"
    )
    assert network(config) == [
        "https://api.example.com",
        "wss://live.example.com",
        "http://localhost:1234",
        "*.example.org",
        "https://cdn.example.com",
    ]


def test_a_policy_has_two_forms() -> None:
    text = secured(csp="default-src 'self'; img-src 'self'  https://a.org;")
    by_directive = secured(csp={"default-src": "'self'", "img-src": ["'self'", "https://a.org"]})
    assert text.csp == by_directive.csp
    assert str(text.csp) == "default-src 'self'; img-src 'self' https://a.org"
    assert secured().csp is None


def test_of_a_directive_given_twice_the_first_holds() -> None:
    assert str(Csp.parse("img-src a; IMG-SRC b; ;")) == "img-src a"


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ({"csp": 3}, "$.app.security.csp: expected text or an object of directives, got 3"),
        ({"csp": "a\r\nX: y"}, '$.app.security.csp: expected one line of plain ASCII text, got "a\\r\\nX: y"'),
        ({"csp": {"img-src": 3}}, "$.app.security.csp.img-src: expected text or a list of text, got 3"),
        ({"csp": {"img-src": "a; b"}}, '$.app.security.csp.img-src: expected sources without a semicolon, got "a; b"'),
        (
            {"csp": {"script-src": "'none'", "Script-Src": "*"}},
            "$.app.security.csp.Script-Src: this directive is given twice",
        ),
        ({"csp": {"img src": "a"}}, '$.app.security.csp["img src"]: expected the name of a directive'),
        ({"headers": {"X-Frame": "a"}}, "$.app.security.headers.X-Frame: unknown key"),
        (
            {"headers": {"permissions-policy": "a"}},
            '$.app.security.headers.permissions-policy: unknown key; did you mean "Permissions-Policy"?',
        ),
        (
            {"headers": {"Permissions-Policy": ["a\n"]}},
            '$.app.security.headers.Permissions-Policy[0]: expected one line of plain ASCII text, got "a\\n"',
        ),
        (
            {"headers": {"Permissions-Policy": {"camera=()\r\nX-Evil:": "1"}}},
            "$.app.security.headers.Permissions-Policy: expected one line of plain ASCII text, "
            'got "camera=()\\r\\nX-Evil:"',
        ),
        (
            {"assetProtocol": {"scope": "$HOME"}},
            '$.app.security.assetProtocol.scope: expected a list of paths or an object, got "$HOME"',
        ),
        ({"assetProtocol": {"scope": [""]}}, '$.app.security.assetProtocol.scope[0]: expected a path, got ""'),
        ({"capabilities": [3]}, "$.app.security.capabilities[0]: expected a capability or the name of one, got 3"),
        ({"pattern": {"use": "isolation"}}, "$.app.security.pattern.options: this key is required"),
        ({"pattern": {"use": "none"}}, '$.app.security.pattern.use: expected "brownfield" or "isolation", got "none"'),
    ],
)
def test_a_mistake_in_security_is_told_in_one_line(keys: dict[str, Any], line: str) -> None:
    with pytest.raises(ConfigError) as raised:
        secured(**keys)
    assert str(raised.value).startswith(f"<inline>: {line}")
    assert len(raised.value.lines) == 1


def test_headers_are_written_as_they_are_sent() -> None:
    headers = {
        "Cross-Origin-Opener-Policy": "same-origin",
        "Timing-Allow-Origin": ["https://a.org", "https://b.org"],
        "Tauri-Custom-Header": {"key1": "'value1' 'value2'", "key2": "'value3'"},
        "Permissions-Policy": None,
    }
    assert secured(headers=headers).app.security.headers == {
        "Cross-Origin-Opener-Policy": "same-origin",
        "Timing-Allow-Origin": "https://a.org, https://b.org",
        "Tauri-Custom-Header": "key1 'value1' 'value2'; key2 'value3'",
    }


def test_a_window_from_elsewhere_may_reach_its_own_host() -> None:
    config = config_from(
        {
            "identifier": "a.b",
            "app": {"windows": [{"url": "https://example.org:8080/a"}, {"label": "b", "url": "b.html"}]},
        }
    )
    assert network(config) == ["https://example.org:8080"]


def test_a_dev_server_and_its_sockets_may_be_reached_only_while_it_is_the_frontend() -> None:
    config = config_from(
        {
            "identifier": "a.b",
            "build": {"devUrl": "http://localhost:1420", "frontendDist": "https://site.example.org/app"},
            "app": {"security": {"csp": "img-src https://a.org", "devCsp": "img-src https://b.org"}},
        }
    )
    assert network(config) == ["https://a.org"]
    assert network(with_frontend(config)) == ["https://a.org", "https://site.example.org"]
    developed = with_frontend(config, dev=True)
    assert developed.frontend == Frontend(url="http://localhost:1420", dev=True)
    reached = developed.network_hosts
    for url in ["http://localhost:1420/", "ws://localhost:1420/", "https://b.org/"]:
        assert any(pattern.matches(url) for pattern in reached)
    for url in ["http://localhost:1421/", "http://localhost/", "https://a.org/"]:
        assert not any(pattern.matches(url) for pattern in reached)
