"""What real pages get from `asset:`."""

from pathlib import Path
from urllib.parse import quote

import pytest

from shell.config.security import FsScope
from shell.webview.asset_scope import AssetScope
from shell.webview.assets import Assets
from shell.webview.origin import AppOrigins
from shell.webview.scheme import AppHandler, AssetHandler
from shell.webview.seal import Seal
from tests.webview._offscreen import a_page

HOME = "tauri://localhost/"
ORIGINS = AppOrigins.of()
PATTERN = bytes(n % 251 for n in range(400_000))


@pytest.fixture
def web(tmp_path: Path) -> Path:
    root = tmp_path / "web"
    root.mkdir()
    (root / "index.html").write_text("<!doctype html><title>home</title><body>")
    (root / "data.bin").write_bytes(PATTERN)
    return root


def asset(path: Path) -> str:
    return f"asset://localhost/{quote(str(path), safe='')}"


def test_files_that_the_scope_allows_are_served_to_the_apps_pages(web: Path, caplog: pytest.LogCaptureFixture) -> None:
    pictures = web.parent / "Bilder & mehr"
    pictures.mkdir()
    (pictures / "ü #1.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>")
    (pictures / "data.bin").write_bytes(PATTERN)
    (web.parent / "secret.txt").write_text("secret")
    (pictures / "out.txt").symlink_to("../secret.txt")
    scope = AssetScope(FsScope(("$HOME/*/*",)), {"$HOME": web.parent}.get)
    handlers = {b"tauri": AppHandler(Assets(web), ORIGINS, Seal()), b"asset": AssetHandler(scope, ORIGINS, Seal())}
    shown = "const image = new Image(); image.src = URL_HERE; await image.decode(); return image.width"
    with a_page(handlers) as page:
        assert page.load_and_wait(HOME)
        assert page.ask(shown.replace("URL_HERE", repr(asset(pictures / "ü #1.svg")))) == 9
        answer = page.get(asset(pictures / "data.bin"), headers={"Range": "bytes=100-200099"})
        assert (answer["status"], answer["length"], answer["first"]) == (206, 200_000, 100)
        for refused in (web.parent / "secret.txt", pictures / "out.txt", Path("/etc/passwd"), Path("secret.txt")):
            assert page.get(asset(refused))["status"] == 403
        assert page.get(asset(pictures / "lost.png"))["status"] == 404
        assert (
            page.get(f"asset://localhost{pictures}/../{pictures.name}/data.bin".replace("..", "%2e%2e"))["status"]
            != 200
        )
        assert "app.security.assetProtocol.scope does not allow this file" in caplog.text
        sandboxed = f"""
            const url = {asset(pictures / "data.bin")!r}
            const frame = document.createElement("iframe")
            frame.sandbox = "allow-scripts"
            frame.srcdoc = `<script>fetch("${{url}}").then(({{ status }}) => parent.postMessage(status, "*"))</script>`
            document.body.append(frame)
            return await new Promise((done) => {{ onmessage = (event) => done(event.data) }})
        """
        assert page.ask(sandboxed) == 403


def test_asset_is_off_until_the_configuration_enables_it(web: Path, caplog: pytest.LogCaptureFixture) -> None:
    with a_page(
        {b"tauri": AppHandler(Assets(web), ORIGINS, Seal()), b"asset": AssetHandler(None, ORIGINS, Seal())}
    ) as page:
        assert page.load_and_wait(HOME)
        assert page.get(asset(web / "data.bin"))["status"] == 403
    assert '"enable": true under app.security.assetProtocol' in caplog.text
