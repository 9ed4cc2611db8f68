"""What is settled before Qt starts."""

import sys
from pathlib import Path

import pytest

import shell.environment
from shell.environment import Options, has_graphics_processor, prepare

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows its devices as files")
SOFTWARE = "QT_QUICK_BACKEND"
OPENGL = "QT_XCB_GL_INTEGRATION"


def prepared(options: Options, **environment: str) -> dict[str, str]:
    prepare(options, (), environment)
    return environment


@on_linux
@pytest.mark.parametrize("device", ["dri/renderD128", "dxg", "nvidiactl", "mali0", "kgsl-3d0"])
def test_a_machine_with_a_graphics_processor_is_known_by_its_devices(tmp_path: Path, device: str) -> None:
    file = tmp_path / device
    file.parent.mkdir(exist_ok=True)
    file.touch()
    assert has_graphics_processor(tmp_path)


@on_linux
@pytest.mark.parametrize("device", ["null", "dri/card0"])
def test_a_screen_alone_is_no_graphics_processor(tmp_path: Path, device: str) -> None:
    file = tmp_path / device
    file.parent.mkdir(exist_ok=True)
    file.touch()
    assert not has_graphics_processor(tmp_path)


@pytest.mark.parametrize("processor", [True, False])
def test_software_draws_where_nothing_else_can(monkeypatch: pytest.MonkeyPatch, *, processor: bool) -> None:
    monkeypatch.setattr(shell.environment, "has_graphics_processor", lambda: processor)
    seen = Options(no_sandbox=True)
    assert (SOFTWARE in prepared(seen, DISPLAY=":0")) is not processor
    assert (OPENGL in prepared(seen, DISPLAY=":0")) is not processor
    assert OPENGL not in prepared(seen, DISPLAY=":0", QT_QUICK_BACKEND="rhi")
    assert prepared(Options(headless=True, no_sandbox=True))[SOFTWARE] == "software"
    assert prepared(seen, DISPLAY=":0", QT_QUICK_BACKEND="rhi")[SOFTWARE] == "rhi"


@pytest.mark.parametrize("processor", [True, False])
def test_only_what_draws_with_a_graphics_processor_keeps_programs_for_it(
    monkeypatch: pytest.MonkeyPatch, *, processor: bool
) -> None:
    monkeypatch.setattr(shell.environment, "has_graphics_processor", lambda: processor)
    for chosen in ({}, {SOFTWARE: "rhi"}):
        flags = prepared(Options(no_sandbox=True), DISPLAY=":0", **chosen)["QTWEBENGINE_CHROMIUM_FLAGS"].split()
        assert ("--disable-gpu-shader-disk-cache" in flags) is (not processor and not chosen)


def test_switches_of_the_person_come_after_ours() -> None:
    flags = prepared(Options(headless=True, no_sandbox=True), QTWEBENGINE_CHROMIUM_FLAGS="--of-the-person")
    assert flags["QTWEBENGINE_CHROMIUM_FLAGS"].split()[-1] == "--of-the-person"


def test_features_that_the_person_turns_on_are_on_beside_ours() -> None:
    environment = {"QTWEBENGINE_CHROMIUM_FLAGS": "--enable-features=B,C --d"}
    prepare(Options(headless=True, no_sandbox=True), ["--enable-features=A:a/1"], environment)
    words = environment["QTWEBENGINE_CHROMIUM_FLAGS"].split()
    assert [word for word in words if word.startswith("--enable-features=")] == ["--enable-features=A:a/1,B,C"]


def test_features_that_the_person_turns_off_are_off_beside_ours() -> None:
    flags = prepared(
        Options(headless=True, no_sandbox=True), QTWEBENGINE_CHROMIUM_FLAGS="--a --disable-features=B,C --d"
    )
    off = [flag for flag in flags["QTWEBENGINE_CHROMIUM_FLAGS"].split() if flag.startswith("--disable-features=")]
    assert len(off) == 1
    assert off[0].endswith(",B,C")
