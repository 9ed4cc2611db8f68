"""What Chromium would send by itself, past a page and its interceptor: proxies, reports, and what headers ask for."""

import json
import mmap
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import PySide6
import pytest

from shell import App
from tests.attack.around import KINDS
from tests.attack.roads import Counting
from tests.conftest import Runner
from tests.desktop import PATIENCE
from tests.web_server import site


def around(folder: Path, kind: str, hosts: str) -> tuple[dict[str, Any], str]:
    """What arrives at the proxy of a machine, and what Chromium says of its network."""
    log = folder / "net.json"
    web = folder / "web"
    web.mkdir()
    # In a process of its own: tests let Chromium reach this machine, programs do not.
    ended = subprocess.run(
        [sys.executable, "-m", "tests.attack.around", web, log, kind, hosts],
        capture_output=True,
        check=True,
        text=True,
        timeout=PATIENCE,
    )
    return json.loads(ended.stdout), log.read_text()


@pytest.mark.parametrize("kind", KINDS)
def test_no_proxy_of_the_machine_is_a_way_out_and_none_is_looked_for(tmp_path: Path, kind: str) -> None:
    arrived, said = around(tmp_path, kind, "the same machine")
    assert arrived == {"connections": 0, "paths": []}
    assert '"host":"wpad' not in said
    assert "proxy.pac" not in said


@pytest.mark.parametrize(
    ("kind", "asked"), [("http", "http://other.example/page"), ("pac", "/proxy.pac"), ("wpad", None)]
)
def test_where_every_host_is_listed_the_proxy_of_the_machine_is_used(
    tmp_path: Path, kind: str, asked: str | None
) -> None:
    arrived, said = around(tmp_path, kind, "all")
    if asked is None:
        assert '"host":"wpad' in said
    else:
        assert asked in arrived["paths"]


def names_asked_for(said: str) -> set[str]:
    """The names that Chromium has asked the machine's resolver for, and so whoever answers for it."""
    return set(re.findall(r'"dns_query_types":\[[^\]]*\],"host":"([^"]*)"', said))


def test_no_name_of_a_host_that_is_not_listed_is_asked_for(tmp_path: Path) -> None:
    # A name itself says something to those who are asked for it.
    (tmp_path / "closed").mkdir()
    _, said = around(tmp_path / "closed", "none", "the same machine")
    assert names_asked_for(said) == set()
    (tmp_path / "open").mkdir()
    _, said = around(tmp_path / "open", "none", "all")
    # Else this would prove nothing.
    assert names_asked_for(said) >= {"http://other.example", "https://other.example", "http://preconnect.other.example"}


def _headers(elsewhere: str, own: str) -> Iterator[tuple[str, str]]:
    """Every header that makes a browser ask elsewhere."""
    # Where both are said, `report-to` holds.
    yield "Content-Security-Policy", f"img-src 'none'; report-uri {elsewhere}/csp {own}/told"
    yield "Content-Security-Policy-Report-Only", "script-src 'none'; report-to default"
    yield "Reporting-Endpoints", f'default="{elsewhere}/endpoint", csp="{elsewhere}/endpoint"'
    group = {"group": "default", "max_age": 1000, "endpoints": [{"url": f"{elsewhere}/group"}]}
    yield "Report-To", json.dumps(group)
    yield "NEL", json.dumps({"report_to": "default", "max_age": 1000, "success_fraction": 1.0, "failure_fraction": 1.0})
    yield "Expect-CT", f'max-age=1000, report-uri="{elsewhere}/ct"'
    yield "Cross-Origin-Opener-Policy-Report-Only", 'same-origin; report-to="default"'
    yield "Cross-Origin-Embedder-Policy-Report-Only", 'require-corp; report-to="default"'
    yield "Permissions-Policy-Report-Only", "geolocation=();report-to=default, camera=();report-to=default"
    yield "Document-Policy-Report-Only", "document-write=?0;report-to=default"
    for rel in (
        "preconnect",
        "dns-prefetch",
        "prefetch",
        "preload; as=script",
        "modulepreload",
        "compression-dictionary",
    ):
        yield "Link", f"<{elsewhere}/{rel[:8]}>; rel={rel}"
    yield "Speculation-Rules", f'"{elsewhere}/rules"'
    yield "SourceMap", f"{elsewhere}/map"
    yield "X-SourceMap", f"{elsewhere}/map"
    yield "Alt-Svc", f'h2="{elsewhere[7:]}"; ma=1000, h3="{elsewhere[7:]}"; ma=1000'
    yield "Accept-CH", "Sec-CH-UA-Full-Version-List, Device-Memory"
    yield "Attribution-Reporting-Register-Source", json.dumps({"destination": elsewhere})
    yield "Attribution-Reporting-Register-OS-Source", f'"{elsewhere}/source"'
    yield "Ad-Auction-Allowed", "?1"
    yield "Content-Location", f"{elsewhere}/location"


OFFEND = """
const image = new Image();
await new Promise((done) => { image.onload = image.onerror = done; image.src = "/image"; });
fetch("/other").catch(() => 0);
fetch("http://nowhere.example/").catch(() => 0);
document.body.append(Object.assign(document.createElement("iframe"), { src: "/frame" }));
"""


@pytest.mark.parametrize("remote", [True, False], ids=["a remote page", "a page of the app"])
def test_reports_go_to_listed_hosts_alone(shell: Runner, remote: bool) -> None:
    elsewhere = Counting()
    there = f"http://127.0.0.1:{elsewhere.port}"
    pages = {"/": "<!doctype html><title>headed</title><body>", "/other": "", "/frame": "", "/told": ""}
    with site(pages, headers=lambda own: _headers(there, own)) as served:
        security = {"csp": f"img-src 'none'; connect-src *; report-uri {there}/csp {served.origin}/told"}
        app = shell.app(
            config={
                "app": {"security": {} if remote else security},
                "plugins": {"qtshell": {"network": [served.origin]}},
            }
        )

        async def scenario(app: App) -> None:
            window = app.windows["main"]
            if remote:
                window.webview.load(f"{served.origin}/")
            await window.loaded()
            page = window.webview.page
            page.runJavaScript(f"(async () => {{ {OFFEND} }})()")
            while "/told" not in served.hits:
                await window.eval("new Promise((done) => setTimeout(done, 10))")
            # That it connects ahead of time only Chromium's switches prevent, which let tests reach this machine.
            assert elsewhere.paths == []

        shell.run(app, scenario)
    elsewhere.close()


def test_chromium_has_nothing_that_sends_reports_by_itself() -> None:
    """Qt builds it without. Where that changes, reports to hosts that are not listed have to be looked for anew."""
    library = next(Path(PySide6.__path__[0]).rglob("libQt6WebEngineCore.so*"))
    with library.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        assert content.find(b"NetworkErrorLogging") > 0
        assert content.find(b"application/reports+json") < 0
