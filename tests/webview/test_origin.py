"""Whose page a URL is."""

from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shell.webview.origin import AppOrigins, origin_of


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("tauri://localhost/a?b#c", "tauri://localhost"),
        ("https://Example.com:443/", "https://example.com"),
        ("https://example.com:8443?x", "https://example.com:8443"),
        ("http://[::1]:1420/", "http://[::1]:1420"),
        ("https://localhost@evil.example/", "https://evil.example"),
        ("https://evil.example#@localhost/", "https://evil.example"),
        (f"https://{'a' * 10_000}@evil.example/", "https://evil.example"),
        ("https://example.com:port/", "null"),
        ("data:text/html,//localhost/", "null"),
        ("blob:tauri://localhost/1", "null"),
        ("about:blank", "null"),
        ("", "null"),
    ],
)
def test_an_origin_is_what_chromium_says(url: str, origin: str) -> None:
    assert origin_of(url) == origin


@given(st.text("ht:/?#@[]a1.%\\ ", max_size=40))
@example("a://b")
def test_what_comes_after_the_host_changes_nothing(begin: str) -> None:
    url = f"https://{begin}"
    try:
        host = urlsplit(url).hostname
    except ValueError:
        host = None
    origin = origin_of(url)
    assert origin == "null" or (host is not None and host in origin)
    assert origin_of(f"{url}/{'x' * 600}") == origin_of(f"{url}/")


def test_one_of_megabytes_is_the_apps_own_or_not() -> None:
    origins = AppOrigins.of()
    assert origins.holds(f"tauri://localhost/{'a' * 2_000_000}")
    assert not origins.holds(f"{'a' * 2_000_000}tauri://localhost/")
