import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shell.acl import AclError
from shell.acl.urlpattern import LONGEST_URL, UrlPattern

MATCHING = [
    ("http://*", "http://tauri.app/path?q=1"),
    ("http://*", "http://localhost/path"),
    ("http://*.tauri.app", "http://api.tauri.app/path?q=1#part"),
    ("http://*.tauri.app", "http://a.b.tauri.app/"),
    ("http://tauri.*", "http://tauri.studio/"),
    ("*://localhost", "custom://localhost/path"),
    ("*://localhost", "https://localhost/path?q=1"),
    ("https://tauri.app", "https://tauri.app/"),
    ("https://tauri.app", "https://tauri.app"),
    ("https://tauri.app/", "https://tauri.app/any/path"),
    ("https://tauri.app/api/*", "https://tauri.app/api/v1/users"),
    ("https://tauri.app/api/*", "https://tauri.app/api/?q"),
    ("https://tauri.app:443", "https://tauri.app/"),
    ("https://tauri.app", "https://tauri.app:443/"),
    ("HTTPS://Tauri.App", "https://tauri.app/"),
    ("http://localhost:8080", "http://localhost:8080/"),
    ("http://localhost:*", "http://localhost:123/"),
    ("http://localhost:*", "http://localhost/"),
    ("http://127.0.0.1:3000/*", "http://127.0.0.1:3000/x"),
    ("http://[::1]:3000", "http://[::1]:3000/"),
    ("http{s}?://tauri.app", "http://tauri.app/"),
    ("http{s}?://tauri.app", "https://tauri.app/"),
    ("https://{api.}?tauri.app", "https://tauri.app/"),
    ("https://{api.}?tauri.app", "https://api.tauri.app/"),
    ("https://:sub.tauri.app", "https://api.tauri.app/"),
    ("https://tauri.app/user/:id", "https://tauri.app/user/7?tab=1"),
    ("https://tauri.app/a b/ü", "https://tauri.app/a%20b/%C3%BC"),
    (r"https://tauri.app/\*", "https://tauri.app/*"),
    (r"https://tauri.app/x\?lang=en", "https://tauri.app/x?lang=en#top"),
    ("https://tauri.app/x?lang=*", "https://tauri.app/x?lang=de"),
    ("https://tauri.app/#a", "https://tauri.app/#a"),
    ("https://tauri.app/**", "https://tauri.app/a/b"),
    ("https://tauri.app", "https://ada:secret@tauri.app/"),
]
NOT_MATCHING = [
    ("http://*.tauri.app", "http://tauri.app/"),
    ("http://*.tauri.app", "http://localhost/path"),
    ("http://*", "https://tauri.app/"),
    ("https://tauri.app", "https://tauri.app.evil.example/"),
    ("https://tauri.app", "https://eviltauri.app/"),
    ("https://tauri.app", "https://evil.example/https://tauri.app"),
    ("https://tauri.app", "https://tauri.app@evil.example/"),
    ("https://tauri.app", "https://evil.example\\@tauri.app/"),
    ("https://tauri.app", "https://evil.example#@tauri.app/"),
    ("https://tauri.app", "https://tauri.app:8443/"),
    ("https://tauri.app", "https://tauri.app\n.evil.example/"),
    ("https://*.tauri.app", "https://evil.example/.tauri.app"),
    ("https://*.tauri.app", "https://evil.example?.tauri.app"),
    ("https://tauri.app/api/*", "https://tauri.app/api"),
    ("https://tauri.app/api", "https://tauri.app/api/x"),
    ("http://localhost:8080", "http://localhost:123/"),
    ("http://localhost:8080", "http://localhost/"),
    ("https://:sub.tauri.app", "https://a.b.tauri.app/"),
    ("https://tauri.app/user/:id", "https://tauri.app/user/7/edit"),
    ("https://tauri.app/user/:id", "https://tauri.app/user/"),
    (r"https://tauri.app/\*", "https://tauri.app/x"),
    ("https://tauri.app/x?lang=en", "https://tauri.app/x?lang=de"),
    ("https://tauri.app/#a", "https://tauri.app/#b"),
    ("*://*", "data:text/html,hello"),
    ("*://*", "about:blank"),
    ("*://*", ""),
    ("*://*", f"https://tauri.app/{'a' * LONGEST_URL}"),
]
UNREADABLE = [
    ("*", 'expected a URL pattern such as "https://*.example.com", got "*"'),
    ("tauri.app", 'expected a URL pattern such as "https://*.example.com", got "tauri.app"'),
    ("://tauri.app", 'expected a URL pattern such as "https://*.example.com", got "://tauri.app"'),
    ("https://(.*)", '"https://(.*)": regular expressions are not allowed in it'),
    ("https://{a", '"https://{a": a "{" needs a "}", and no other group inside'),
    ("https://{a{b}}", '"https://{a{b}}": a "{" needs a "}", and no other group inside'),
    ("https://a}", '"https://a}": a "}" has no "{"'),
    ("https://a/\\", '"https://a/\\\\" ends in the middle of an escape'),
    ("https://a/*?x", '"https://a/*?x": "?" cannot follow there; write "\\?" for the character itself'),
    ("https://a/{b}*", '"https://a/{b}*": "*" cannot follow there; write "\\*" for the character itself'),
    ("https://ada@a", '"https://ada@a": a user\'s name has no place in it'),
    ("https://a b", '"https://a b": " " cannot stand in the host of a URL'),
    (
        "https://bücher.de",
        '"https://bücher.de": "ü" cannot stand in the host of a URL; write the name in its xn-- form',
    ),
    ("https://a:80x", '"https://a:80x": "x" cannot stand in the port of a URL'),
    ("https://a{:8080}?", '"https://a{:8080}?": ":" cannot stand in the host of a URL'),
    ("https://a:port", '"https://a:port": a part of the host that has a name must begin after a "."'),
    ("https://:host", '"https://:host": names no host; write "*" where every host is meant'),
    ("https://:a.:b", '"https://:a.:b": names no host; write "*" where every host is meant'),
    ("https://[*]", '"https://[*]": names no host; write "*" where every host is meant'),
    ("https://[]*:1", '"https://[]*:1": names no host; write "*" where every host is meant'),
    ("https://" + "{a}?" * 5, f'"https://{"{a}?" * 5}": at most 4 groups of the host and port may be missing'),
    ("ht_tp://a", '"ht_tp://a": "_" cannot stand in the scheme of a URL'),
    ("https://" + "a" * 1024, "a URL pattern has at most 1024 characters, this one 1032"),
]


@pytest.mark.parametrize(("pattern", "url"), MATCHING)
def test_a_url_pattern_matches(pattern: str, url: str) -> None:
    assert UrlPattern(pattern).matches(url)


@pytest.mark.parametrize(("pattern", "url"), NOT_MATCHING)
def test_a_url_pattern_does_not_match(pattern: str, url: str) -> None:
    assert not UrlPattern(pattern).matches(url)


@pytest.mark.parametrize(("pattern", "message"), UNREADABLE)
def test_a_url_pattern_that_cannot_be_read_is_refused(pattern: str, message: str) -> None:
    with pytest.raises(AclError) as error:
        UrlPattern(pattern)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("pattern", "hosts"),
    [
        ("https://tauri.app/a/*", [("tauri.app", "")]),
        ("https://app-*.Tauri.app/*", [("app-*.tauri.app", "")]),
        ("http{s}?://tauri.app:8080", [("tauri.app", "8080")]),
        (r"https://tauri.app/s\?q=*", [("tauri.app", "")]),
        ("https://:sub.tauri.app", [("*.tauri.app", "")]),
        (
            "https://{api.}?tauri.app:80{80}?",
            [("api.tauri.app", "8080"), ("api.tauri.app", "80"), ("tauri.app", "8080"), ("tauri.app", "80")],
        ),
        ("https://{*.}tauri.app:9*", [("*.tauri.app", "9*")]),
        ("http://[::1]:3000", [("[::1]", "3000")]),
        ("http://[2001:*]", [("[2001:*]", "")]),
        ("*://*", [("*", "")]),
        ("https://*{*.app}?", [("*.app", ""), ("*", "")]),
        ("about://", [("", "")]),
    ],
)
def test_a_url_pattern_says_which_hosts_it_stands_for(pattern: str, hosts: list[tuple[str, str]]) -> None:
    assert UrlPattern(pattern).hosts == tuple(hosts)


@pytest.mark.parametrize("url", ["https://tauri.app/", "https://tauri.app/other?q#f", "https://tauri.app:443"])
def test_a_url_is_on_the_host_of_a_pattern_whatever_its_path_is(url: str) -> None:
    assert UrlPattern("https://tauri.app/app/x?q=1#top").matches_host(url)


@pytest.mark.parametrize(
    "url", ["http://tauri.app/app/x", "https://a.tauri.app/app/x", "https://tauri.app:8443/app/x", "tauri.app", ""]
)
def test_a_url_is_not_on_the_host_of_a_pattern(url: str) -> None:
    assert not UrlPattern("https://tauri.app/app/*").matches_host(url)


def test_a_long_url_costs_no_more_for_many_wildcards() -> None:
    assert not UrlPattern("https://a/" + "*a" * 400 + "b").matches("https://a/" + "a" * (LONGEST_URL - 20))


HOSTS = st.lists(st.text("ab1-", min_size=1, max_size=3), min_size=1, max_size=4).map(".".join)
PATHS = st.text("ab/*", max_size=6)


@given(HOSTS, HOSTS, PATHS, PATHS)
def test_wildcards_agree_with_regular_expressions(host: str, other: str, path: str, asked: str) -> None:
    pattern = f"https://*{host}/{path}"
    asked = asked.replace("*", "")
    wanted = ".*" if path == "" else ".*".join(map(re.escape, f"/{path}".split("*")))
    expected = bool(re.fullmatch(f".*{re.escape(host)}", other)) and bool(re.fullmatch(wanted, f"/{asked}"))
    assert UrlPattern(pattern).matches(f"https://{other}/{asked}") == expected


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_a_url_pattern_or_an_error(pattern: str, url: str) -> None:
    for text in (pattern, f"https://{pattern}"):
        try:
            found = UrlPattern(text)
        except AclError:
            continue
        found.matches(url)
        found.matches(f"https://{url}")


@given(st.text("ab.:/?#@\\*%[] \n", max_size=30))
def test_no_url_gets_past_a_pattern_with_another_host(rest: str) -> None:
    assert not UrlPattern("https://good.example").matches(f"https://evil.example{rest}")
