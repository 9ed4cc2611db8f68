"""Which file a URL means, and that it is never one outside of the frontend."""

import os
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shell.webview.assets import Assets, Found, NotFound, open_file, regular_file

SECRET = "secret.txt"


@pytest.fixture
def web(tmp_path: Path) -> Path:
    """A frontend, with a file beside its folder that is none of it."""
    root = tmp_path / "web"
    for name in (
        "index.html",
        "about.html",
        "docs/index.html",
        "app.js",
        "data.v2/list.json",
        "Größe 100%.txt",
        "a#b?c",
    ):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
    (tmp_path / SECRET).write_text("secret", encoding="utf-8")
    return root


def found(result: Found | NotFound) -> Found:
    assert isinstance(result, Found), result
    return result


def missing(result: Found | NotFound) -> NotFound:
    assert isinstance(result, NotFound), result
    return result


@pytest.mark.parametrize(
    ("url_path", "name"),
    [
        ("", "index.html"),
        ("/", "index.html"),
        ("/index.html", "index.html"),
        ("/about", "about.html"),
        ("/about/", "about.html"),
        ("/docs", "docs/index.html"),
        ("/docs/", "docs/index.html"),
        ("/docs/index", "docs/index.html"),
        ("//app.js", "app.js"),
        ("/./app.js", "app.js"),
        ("/data.v2/list.json", "data.v2/list.json"),
        ("/data.v2%2Flist.json", "data.v2/list.json"),
        ("/Gr%C3%B6%C3%9Fe%20100%25.txt", "Größe 100%.txt"),
        ("/a%23b%3Fc", "a#b?c"),
    ],
)
def test_a_url_means_the_file_that_tauri_would_serve(web: Path, url_path: str, name: str) -> None:
    result = found(Assets(web).find(url_path))
    assert (result.name, result.path, result.is_fallback) == (name, web / name, False)


@pytest.mark.parametrize("url_path", ["/settings", "/users/42", "/docs/nowhere", "/data.v2/nowhere"])
def test_a_path_that_only_a_router_knows_gets_the_index(web: Path, url_path: str) -> None:
    result = found(Assets(web).find(url_path))
    assert (result.name, result.is_fallback) == ("index.html", True)
    assert result.content_type == "text/html;charset=utf-8"


@pytest.mark.parametrize("page", [True, False])
@pytest.mark.parametrize("url_path", ["/lib.js", "/logo.png", "/contact.html", "/fonts/a.woff2", "/app.js.map"])
def test_a_missing_file_never_gets_the_index(web: Path, url_path: str, *, page: bool) -> None:
    name = url_path.lstrip("/")
    result = missing(Assets(web).find(url_path, page=page))
    assert result.tried == (name, f"{name}.html", f"{name}/index.html")
    assert result.reason == "there is no such file"


def test_a_route_with_a_dot_gets_the_index_where_a_page_is_asked_for(web: Path) -> None:
    assets = Assets(web)
    assert found(assets.find("/users/jane.doe", page=True)).is_fallback
    assert missing(assets.find("/users/jane.doe")).name == "users/jane.doe"


@pytest.mark.parametrize("url_path", ["/" + "a/" * 1_000_000, "/" + "%61" * 5_000, "/" + "a" * 1_000_000 + ".js"])
def test_no_file_has_a_path_of_any_length(web: Path, url_path: str) -> None:
    missing = Assets(web).find(url_path, page=True)
    assert isinstance(missing, NotFound)
    assert missing.tried == ()
    assert len(missing.name) <= 300


def test_without_an_index_the_answer_names_all_that_was_looked_for(tmp_path: Path) -> None:
    result = missing(Assets(tmp_path).find("/settings"))
    assert result.tried == ("settings", "settings.html", "settings/index.html", "index.html")
    assert missing(Assets(tmp_path).find("/")) == NotFound("index.html", ("index.html",), "there is no such file")


@pytest.mark.parametrize(
    "url_path",
    [
        f"/../{SECRET}",
        f"/docs/../../{SECRET}",
        f"/%2e%2e/{SECRET}",
        f"/%2E%2E%2F{SECRET}",
        f"/..%2F{SECRET}",
        f"/%252e%252e/{SECRET}",
        f"/..%5C{SECRET}",
        f"/..\\{SECRET}",
        f"/.%00./{SECRET}",
        "/app.js%00.txt",
        "//etc/resolv.conf",
        "/%2Fetc%2Fresolv.conf",
        "/C:/Windows/win.ini",
        "/%ff%fe.txt",
        "/" + "a" * 5000 + ".txt",
    ],
)
@pytest.mark.parametrize("windows", [True, False])
def test_no_spelling_of_a_path_leaves_the_frontend(web: Path, url_path: str, *, windows: bool) -> None:
    missing(Assets(web, windows=windows).find(url_path))


@pytest.mark.parametrize(
    "name",
    ["app.js.", "app.js ", "app.js::$DATA", "app.js:stream", "CON", "con.txt", "NUL", "lpt1.js", "a|b", "C:app.js"],
)
def test_names_that_windows_reads_in_another_way_are_none(web: Path, name: str) -> None:
    (web / name).write_text("what Windows would never have made")
    assert missing(Assets(web, windows=True).find(f"/{quote(name)}")).reason == "no file has such a name"
    found(Assets(web, windows=False).find(f"/{quote(name)}"))


def test_a_link_within_the_frontend_is_followed_and_one_that_leaves_is_not(web: Path) -> None:
    (web / "link.js").symlink_to("app.js")
    (web / "out.txt").symlink_to(f"../{SECRET}")
    (web / "up").symlink_to("..")
    (web / "loop.txt").symlink_to("loop.txt")
    assert found(Assets(web).find("/link.js")).path == web / "app.js"
    assert "outside" in missing(Assets(web).find("/out.txt")).reason
    assert "outside" in missing(Assets(web).find(f"/up/{SECRET}")).reason
    assert missing(Assets(web).find("/loop.txt")).reason == "there is no such file"


def test_a_frontend_that_is_reached_through_a_link_is_served(web: Path) -> None:
    (web.parent / "linked").symlink_to(web)
    assert found(Assets(web.parent / "linked").find("/app.js")).path == web / "app.js"


def test_a_folder_a_pipe_and_a_device_are_no_files(web: Path) -> None:
    os.mkfifo(web / "pipe.txt")
    assert missing(Assets(web).find("/pipe.txt")).reason == "there is no such file"
    assert missing(Assets(web).find("/data.v2")).name == "data.v2"
    assert regular_file(Path("/dev/null")) is None


def test_what_became_a_pipe_or_a_link_is_not_opened(web: Path) -> None:
    os.mkfifo(web / "pipe.txt")
    (web / "link.js").symlink_to("app.js")
    with pytest.raises(OSError, match=r"pipe\.txt"):
        open_file(web / "pipe.txt")
    with pytest.raises(OSError, match=r"link\.js"):
        open_file(web / "link.js")
    with open_file(web / "app.js") as file:
        assert file.readall() == b"app.js"


def test_single_files_are_served_under_their_names_alone(web: Path) -> None:
    assets = Assets(web / "docs/index.html", web / "app.js")
    assert found(assets.find("/")).path == web / "docs/index.html"
    assert found(assets.find("/app.js")).path == web / "app.js"
    assert missing(assets.find("/about.html")).tried == ("about.html", "about.html.html", "about.html/index.html")
    assert missing(assets.find("/docs/index.html")).name == "docs/index.html"


@given(st.text(alphabet=st.sampled_from("/.%25fFeEcCaA0\\: \0adoxutmpsj"), max_size=40), st.booleans())
@example("/../secret.txt", False)
@example("/web/../../secret.txt", True)
def test_whatever_is_asked_for_stays_in_the_frontend(
    tmp_path_factory: pytest.TempPathFactory, path: str, page: bool
) -> None:
    root = tmp_path_factory.getbasetemp() / "any"
    root.mkdir(exist_ok=True)
    (root / "index.html").touch()
    (root.parent / SECRET).touch()
    result = Assets(root).find(path, page=page)
    assert isinstance(result, NotFound) or result.path.is_relative_to(root)


@given(st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=40))
def test_every_name_that_a_file_can_have_is_found(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    root = tmp_path_factory.getbasetemp() / "names"
    root.mkdir(exist_ok=True)
    if name in {".", ".."} or len(name.encode()) > 200:
        return
    (root / name).touch()
    assert found(Assets(root).find(f"/{quote(name)}")).path == root / name
