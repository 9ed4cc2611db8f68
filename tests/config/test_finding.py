import errno
import json
from pathlib import Path
from typing import Any

import pytest

from shell.config import Config, ConfigError, Frontend, WindowConfig, default_config, frontend_at, load

MINIMAL = {"identifier": "com.example.app"}


def put(file: Path, content: Any = "") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return file


def page(folder: Path) -> Path:
    put(folder / "index.html", "<!doctype html>")
    return folder


def complaint(path: Path | str, **how: Any) -> str:
    with pytest.raises(ConfigError) as raised:
        load(path, **how)
    return str(raised.value)


@pytest.mark.parametrize("address", ["http://", "http://localhost:99999", "https://[::zz]"])
def test_an_address_without_a_host_is_no_frontend(tmp_path: Path, address: str) -> None:
    with pytest.raises(ConfigError, match=r"^App: frontend: expected a folder or a URL such as"):
        frontend_at(address)
    put(tmp_path / "shell.toml", f'identifier = "a"\nbuild.frontendDist = "{address}"')
    assert "expected a folder, a list of files or an http address, got" in complaint(tmp_path)
    assert complaint(page(tmp_path / "web"), dev_url=address).startswith("--dev-url: expected a URL such as")


def test_no_name_is_no_folder() -> None:
    assert complaint("") == '"": expected a folder or a configuration file'


def test_a_configuration_that_is_a_link_to_nothing_is_not_passed_over(tmp_path: Path) -> None:
    page(tmp_path).joinpath("tauri.conf.json").symlink_to("gone.json")
    assert complaint(tmp_path) == "tauri.conf.json: cannot be read: it is a symbolic link to nothing"


def test_a_folder_with_an_index_html_is_a_program_with_one_window(tmp_path: Path) -> None:
    config = load(page(tmp_path / "My Notes"))
    assert config.app.windows == (WindowConfig(label="main", title="My Notes"),)
    assert config.frontend == Frontend(folder=tmp_path / "My Notes")
    assert config.root == tmp_path / "My Notes"
    assert config.file is None
    assert config.identifier.startswith("qtshell.my-notes-")


def test_folders_of_one_name_do_not_share_their_data(tmp_path: Path) -> None:
    one, other = load(page(tmp_path / "a/web")), load(page(tmp_path / "b/web"))
    assert one.identifier != other.identifier
    assert one.identifier == load(tmp_path / "a/web").identifier


@pytest.mark.parametrize("name", ["shell.toml", "Tauri.toml", "tauri.conf.json", "tauri.conf.json5"])
@pytest.mark.parametrize("below", [".", "src-tauri"])
def test_a_configuration_is_found_in_the_folder_or_in_its_src_tauri(tmp_path: Path, name: str, below: str) -> None:
    content = 'identifier = "a.b"' if name.endswith(".toml") else '{"identifier": "a.b"}'
    file = put(tmp_path / below / name, content)
    page(file.parent)
    config = load(tmp_path)
    assert config.identifier == "a.b"
    assert config.file == file
    assert config.name == str(Path(below) / name)
    assert load(file).name == str(file)


def test_a_configuration_in_the_folder_comes_before_one_in_src_tauri(tmp_path: Path) -> None:
    put(tmp_path / "shell.toml", 'identifier = "first"')
    put(tmp_path / "src-tauri/tauri.conf.json", {"identifier": "second"})
    assert load(page(tmp_path)).identifier == "first"


def test_shell_toml_holds_beside_tauris_own_file(tmp_path: Path) -> None:
    put(tmp_path / "shell.toml", 'identifier = "ours"')
    put(tmp_path / "tauri.conf.json", {"identifier": "tauris"})
    assert load(page(tmp_path)).identifier == "ours"


def test_two_of_tauris_files_in_one_folder_are_refused(tmp_path: Path) -> None:
    put(tmp_path / "src-tauri/tauri.conf.json", MINIMAL)
    put(tmp_path / "src-tauri/Tauri.toml", "")
    assert complaint(tmp_path) == 'src-tauri/: there are "tauri.conf.json" and "Tauri.toml"; keep one of them'


def test_what_is_no_program_is_told_in_one_line(tmp_path: Path) -> None:
    missing, empty = tmp_path / "missing", tmp_path / "empty"
    empty.mkdir()
    assert complaint(missing) == f"{missing}: no such file or folder"
    assert complaint(empty) == (
        f'{empty}: no index.html, and no "shell.toml", "tauri.conf.json", "tauri.conf.json5" or "Tauri.toml" '
        "in it or in its src-tauri"
    )
    assert complaint("/dev/null") == "/dev/null: expected a folder or a configuration file"
    assert complaint("a\0b") == "a\\x00b: not a path that can exist"
    assert (
        complaint(put(tmp_path / "a.txt"))
        == f"{tmp_path / 'a.txt'}: expected a file that ends in .json, .json5 or .toml"
    )


def test_a_page_is_run_by_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = page(tmp_path / "web")
    place = f"{folder / 'index.html'}"
    assert complaint(place) == f"{place}: a page is run by the folder that it is in: {folder}"
    monkeypatch.chdir(folder)
    assert complaint("index.html") == "index.html: a page is run by the folder that it is in: ."


def test_an_index_html_that_is_a_folder_is_none(tmp_path: Path) -> None:
    (tmp_path / "index.html").mkdir()
    assert complaint(tmp_path).startswith(f"{tmp_path}: no index.html")


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(file: Path, mode: str) -> None:
        raise PermissionError(errno.EACCES, "told in the person's language", str(file))

    put(tmp_path / "shell.toml")
    monkeypatch.setattr(Path, "open", refuse)
    assert complaint(tmp_path) == "shell.toml: cannot be read: Permission denied"


def test_mistakes_name_the_file_as_seen_from_the_folder(tmp_path: Path) -> None:
    windows = [{}, {"label": "b", "width": "wide", "titel": "x"}, {"label": "b"}]
    put(tmp_path / "src-tauri/tauri.conf.json", {**MINIMAL, "app": {"windows": windows}})
    assert complaint(tmp_path).splitlines() == [
        'src-tauri/tauri.conf.json: $.app.windows[1].width: expected a number, got "wide"',
        'src-tauri/tauri.conf.json: $.app.windows[1].titel: unknown key; did you mean "title"?',
    ]


def test_a_platforms_file_is_merged_in(tmp_path: Path) -> None:
    put(
        tmp_path / "tauri.conf.json",
        {**MINIMAL, "productName": "All", "version": "1.0.0", "app": {"windows": [{}, {"label": "b"}]}},
    )
    put(
        tmp_path / "tauri.linux.conf.json",
        {"productName": "Linux", "version": None, "app": {"windows": [{"title": "L"}]}},
    )
    put(tmp_path / "Tauri.macos.toml", 'productName = "Mac"')
    page(tmp_path)
    linux = load(tmp_path, platform="linux")
    assert (linux.product_name, linux.version, [w.title for w in linux.app.windows]) == ("Linux", None, ["L"])
    assert load(tmp_path, platform="macos").product_name == "Mac"
    assert load(tmp_path, platform="windows").product_name == "All"


def test_mistakes_in_a_platforms_file_name_that_file(tmp_path: Path) -> None:
    put(tmp_path / "src-tauri/tauri.conf.json", {**MINIMAL, "productName": 3, "build": {"devUrl": "x"}})
    put(
        tmp_path / "src-tauri/tauri.linux.conf.json", {"app": {"windows": [{"width": "wide"}]}, "build": {"distDir": 1}}
    )
    assert sorted(complaint(tmp_path, platform="linux").splitlines()) == [
        'src-tauri/tauri.conf.json: $.build.devUrl: expected a URL such as "http://localhost:1420", got "x"',
        'src-tauri/tauri.conf.json: $.productName: expected a name without / \\ : * ? " < > |, got 3',
        'src-tauri/tauri.linux.conf.json: $.app.windows[0].width: expected a number, got "wide"',
        "src-tauri/tauri.linux.conf.json: $.build.distDir: unknown key",
    ]


def test_shell_toml_has_platform_files_of_its_own(tmp_path: Path) -> None:
    put(tmp_path / "shell.toml", 'identifier = "a"\nproductName = "All"')
    put(tmp_path / "shell.linux.toml", 'productName = "Linux"')
    put(tmp_path / "tauri.linux.conf.json", {"productName": "Tauri"})
    assert load(page(tmp_path), platform="linux").product_name == "Linux"


def test_a_platforms_file_that_is_no_object_is_refused(tmp_path: Path) -> None:
    put(tmp_path / "tauri.conf.json", MINIMAL)
    put(tmp_path / "tauri.linux.conf.json", "[]")
    assert complaint(page(tmp_path), platform="linux") == "tauri.linux.conf.json: $: expected an object, got []"


def test_a_configuration_of_tauri_1_is_recognised(tmp_path: Path) -> None:
    put(
        tmp_path / "tauri.conf.json",
        {"package": {}, "tauri": {"bundle": {"identifier": "a"}}, "build": {"distDir": "x"}},
    )
    assert complaint(tmp_path) == (
        "tauri.conf.json: $.tauri: this is a configuration of Tauri 1; "
        '"npx @tauri-apps/cli migrate" makes one of Tauri 2 of it'
    )


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ([], "$: expected an object, got []"),
        ({}, "$.identifier: this key is required"),
        (
            {"identifier": "a b"},
            '$.identifier: expected an identifier such as "com.example.notes", '
            'of letters A-Z, digits, "-" and ".", got "a b"',
        ),
        ({"identifier": ".."}, "$.identifier: expected an identifier"),
        ({"identifier": "a/../b"}, "$.identifier: expected an identifier"),
        ({"identifier": "a\n"}, "$.identifier: expected an identifier"),
        ({"identifier": "x" * 300}, "$.identifier: expected an identifier"),
        (
            {**MINIMAL, "version": "1.2"},
            '$.version: expected a version such as "1.2.3", or the path of a package.json, got "1.2"',
        ),
        ({**MINIMAL, "version": 2}, "$.version: expected text, got 2"),
        ({**MINIMAL, "productName": "a/b"}, '$.productName: expected a name without / \\ : * ? " < > |, got "a/b"'),
        ({**MINIMAL, "app": []}, "$.app: expected an object, got []"),
        ({**MINIMAL, "app": {"windows": {}}}, "$.app.windows: expected a list of windows, got {}"),
        (
            {**MINIMAL, "app": {"windows": [{}, {"title": "b"}]}},
            '$.app.windows[1].label: "main" is the label of $.app.windows[0] already',
        ),
        (
            {**MINIMAL, "app": {"windows": [{"parent": "b"}, {"label": "b"}]}},
            '$.app.windows[0].parent: no window before this one has the label "b"',
        ),
        ({**MINIMAL, "app": {"trayIcon": {}}}, "$.app.trayIcon.iconPath: this key is required"),
        ({**MINIMAL, "app": {"securty": {}}}, '$.app.securty: unknown key; did you mean "security"?'),
        ({**MINIMAL, "bundle": {"icon": "a"}}, '$.bundle.icon: expected a list, got "a"'),
        (
            {**MINIMAL, "bundle": {"windows": {"nsis": {"langages": []}}}},
            '$.bundle.windows.nsis.langages: unknown key; did you mean "languages"?',
        ),
        (
            {**MINIMAL, "bundle": {"fileAssociations": [{"ext": []}, 3]}},
            "$.bundle.fileAssociations[1]: expected an object, got 3",
        ),
        (
            {**MINIMAL, "build": {"frontendDist": 3}},
            "$.build.frontendDist: expected a folder, a URL or a list of files, got 3",
        ),
        ({**MINIMAL, "build": {"frontendDist": ""}}, '$.build.frontendDist: expected a path, got ""'),
        ({**MINIMAL, "build": {"beforeBuildCommand": []}}, "$.build.beforeBuildCommand: expected a command, got []"),
        ({**MINIMAL, "plugins": []}, "$.plugins: expected an object, got []"),
        ({**MINIMAL, "plugins": {"qtshell": None}}, "$.plugins.qtshell: expected an object, got null"),
        (
            {**MINIMAL, "plugins": {"qtshell": {"popup": True}}},
            '$.plugins.qtshell.popup: unknown key; did you mean "popups"?',
        ),
        (
            {**MINIMAL, "plugins": {"qtshell": {"zzz": True}}},
            "$.plugins.qtshell.zzz: unknown key; there can be "
            '"darkTrayIcon", "downloads", "menu", "network", "openLinks", "popups", "singleInstance", "stayInTray", '
            '"trayMenu" or "webPermissions"',
        ),
        (
            {**MINIMAL, "plugins": {"qtshell": {"openLinks": "x"}}},
            '$.plugins.qtshell.openLinks: expected true, false or a list of links, got "x"',
        ),
        (
            {**MINIMAL, "plugins": {"qtshell": {"downloads": 1}}},
            "$.plugins.qtshell.downloads: expected true or false, got 1",
        ),
        (
            {**MINIMAL, "plugins": {"qtshell": {"webPermissions": ["cam"]}}},
            '$.plugins.qtshell.webPermissions[0]: expected "camera", ',
        ),
    ],
)
def test_a_mistake_is_told_in_one_line(tmp_path: Path, content: object, line: str) -> None:
    put(tmp_path / "src-tauri/tauri.conf.json", content)
    page(tmp_path / "src-tauri")
    got = complaint(tmp_path)
    assert got.startswith(f"src-tauri/tauri.conf.json: {line}")
    assert "\n" not in got


def built(folder: Path, **build: Any) -> Path:
    put(folder / "src-tauri/tauri.conf.json", {**MINIMAL, "build": build})
    return folder


def frontend(folder: Path, **how: Any) -> Frontend | None:
    return load(folder, **how).frontend


def test_the_frontend_is_the_folder_that_was_built(tmp_path: Path) -> None:
    page(tmp_path / "dist")
    built(tmp_path, frontendDist="../dist", devUrl="http://localhost:1420")
    assert frontend(tmp_path) == Frontend(folder=tmp_path / "dist")
    assert frontend(tmp_path, dev=True) == Frontend(url="http://localhost:1420", dev=True)
    assert frontend(tmp_path, dev_url="http://127.0.0.1:9") == Frontend(url="http://127.0.0.1:9", dev=True)


def test_a_dev_server_stands_in_for_a_folder_that_has_not_been_built(tmp_path: Path) -> None:
    built(tmp_path, frontendDist="../dist", devUrl="http://localhost:1420")
    found = frontend(tmp_path)
    assert found == Frontend(
        url="http://localhost:1420", dev=True, note=f"{tmp_path / 'dist'}, build.frontendDist, has not been built"
    )


def test_a_frontend_that_has_not_been_built_is_told_with_the_command_that_does(tmp_path: Path) -> None:
    place = "src-tauri/tauri.conf.json: $.build.frontendDist: "
    place += f"no such folder: {tmp_path / 'dist'}; build the frontend first"
    assert complaint(built(tmp_path, frontendDist="../dist")) == place
    assert complaint(built(tmp_path, frontendDist="../dist", beforeBuildCommand="")) == place
    hook = {"script": "npm run build", "cwd": ".."}
    assert (
        complaint(built(tmp_path, frontendDist="../dist", beforeBuildCommand=hook)) == f'{place} with "npm run build"'
    )


def test_a_folder_without_index_html_is_refused_unless_a_window_shows_something_else(tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    built(tmp_path, frontendDist="../dist")
    line = f"src-tauri/tauri.conf.json: $.build.frontendDist: {tmp_path / 'dist'} has no index.html"
    assert complaint(tmp_path) == line
    config = {
        **MINIMAL,
        "build": {"frontendDist": "../dist"},
        "app": {"windows": [{}, {"label": "b", "url": "b.html"}]},
    }
    put(tmp_path / "src-tauri/tauri.conf.json", config)
    assert frontend(tmp_path) == Frontend(folder=tmp_path / "dist")
    config["app"] = {"windows": []}
    put(tmp_path / "src-tauri/tauri.conf.json", config)
    assert frontend(tmp_path) == Frontend(folder=tmp_path / "dist")
    config["app"] = {"windows": [{"url": "/index.html?a#b"}]}
    put(tmp_path / "src-tauri/tauri.conf.json", config)
    assert complaint(tmp_path) == line


def test_a_frontend_may_be_a_list_of_files(tmp_path: Path) -> None:
    page(tmp_path)
    put(tmp_path / "a.js")
    assert frontend(built(tmp_path, frontendDist=["../index.html", "../a.js"])) == Frontend(
        files=(tmp_path / "index.html", tmp_path / "a.js")
    )
    place = "src-tauri/tauri.conf.json: $.build.frontendDist"
    assert complaint(built(tmp_path, frontendDist=["../a.js"])) == f"{place}: expected index.html among the files"
    assert complaint(built(tmp_path, frontendDist=["../index.html", "b"])) == (
        f"{place}[1]: no such file: {tmp_path / 'src-tauri/b'}"
    )


def test_a_frontend_may_be_an_address(tmp_path: Path) -> None:
    assert frontend(built(tmp_path, frontendDist="https://example.org/app")) == Frontend(url="https://example.org/app")
    assert complaint(built(tmp_path, frontendDist="doom://index.html")) == (
        "src-tauri/tauri.conf.json: $.build.frontendDist: expected a folder, a list of files or an http address, "
        'got "doom://index.html"'
    )


def test_a_frontend_that_is_a_file_is_refused(tmp_path: Path) -> None:
    page(tmp_path)
    assert complaint(built(tmp_path, frontendDist="../index.html")) == (
        f"src-tauri/tauri.conf.json: $.build.frontendDist: expected a folder, and {tmp_path / 'index.html'} is none"
    )


def test_without_a_frontend_it_is_the_configurations_own_folder(tmp_path: Path) -> None:
    put(tmp_path / "shell.toml", 'identifier = "a.notes"')
    place = "shell.toml: $.build.frontendDist: this key is required, since"
    assert complaint(tmp_path) == f"{place} {tmp_path} has no index.html"
    assert frontend(page(tmp_path)) == Frontend(folder=tmp_path)


def test_a_program_that_shows_nothing_of_its_own_needs_no_frontend(tmp_path: Path) -> None:
    put(tmp_path / "shell.toml", 'identifier = "a"\napp.windows = [{ url = "https://example.org" }]')
    assert frontend(tmp_path) is None


def test_a_dev_server_needs_no_folder_at_all(tmp_path: Path) -> None:
    assert frontend(tmp_path, dev_url="http://localhost:1") == Frontend(url="http://localhost:1", dev=True)
    assert complaint(tmp_path, dev_url="localhost:1") == (
        '--dev-url: expected a URL such as "http://localhost:1420", got "localhost:1"'
    )


def test_a_dev_server_is_written_with_its_scheme(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"/localhost:5173: no such folder; a dev server is http://localhost:5173$"):
        frontend_at("localhost:5173", base=tmp_path)


def test_a_configuration_that_says_nothing_of_windows_has_one(tmp_path: Path) -> None:
    page(tmp_path)

    def windows(**keys: Any) -> tuple[WindowConfig, ...]:
        put(tmp_path / "tauri.conf.json", {"identifier": "com.example.notes", **keys})
        return load(tmp_path).app.windows

    assert windows() == windows(app={}) == (WindowConfig(title="notes"),)
    assert windows(productName="My Notes") == (WindowConfig(title="My Notes"),)
    assert windows(app={"windows": []}) == ()


def test_a_version_may_be_that_of_a_package_json(tmp_path: Path) -> None:
    page(tmp_path)
    put(tmp_path / "tauri.conf.json", {**MINIMAL, "version": "app/package.json"})
    assert complaint(tmp_path) == "app/package.json: no such file"
    put(tmp_path / "app/package.json", {"name": "a"})
    assert complaint(tmp_path) == 'tauri.conf.json: $.version: app/package.json has no version such as "1.2.3"'
    put(tmp_path / "app/package.json", {"version": "1.2.3-rc.1+5"})
    assert load(tmp_path).version == "1.2.3-rc.1+5"


def test_python_may_name_the_frontend(tmp_path: Path) -> None:
    page(tmp_path / "web")
    assert frontend_at("web", base=tmp_path) == frontend_at(tmp_path / "web") == Frontend(folder=tmp_path / "web")
    assert frontend_at("http://localhost:1420") == Frontend(url="http://localhost:1420", dev=True)
    for place, line in [
        ("none", f"App: frontend: {tmp_path}/none: no such folder"),
        ("", f"App: frontend: {tmp_path}: no index.html in it"),
        ("web/index.html", f"App: frontend: {tmp_path}/web/index.html: expected a folder"),
    ]:
        with pytest.raises(ConfigError) as raised:
            frontend_at(place, base=tmp_path)
        assert str(raised.value) == line


def test_a_program_without_configuration_may_be_given_its_names(tmp_path: Path) -> None:
    web = Frontend(folder=tmp_path / "web")

    def titled(**names: str) -> tuple[str, str]:
        config: Config = default_config(web, **names)  # type: ignore[arg-type]
        return config.identifier, config.app.windows[0].title

    assert titled(identifier="com.example.notes") == ("com.example.notes", "notes")
    assert titled(identifier="com.example.notes", product_name="My Notes") == ("com.example.notes", "My Notes")
    with pytest.raises(ConfigError, match=r"App: \$\.identifier: expected an identifier"):
        default_config(web, identifier="no identifier")
