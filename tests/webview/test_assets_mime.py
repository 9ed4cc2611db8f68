"""The types that files are served as."""

import mimetypes

import pytest

from shell.webview.mime import MimeTypes

TYPES = """
html text/html;charset=utf-8
js text/javascript;charset=utf-8
mjs text/javascript;charset=utf-8
css text/css;charset=utf-8
json application/json;charset=utf-8
map application/json;charset=utf-8
webmanifest application/manifest+json;charset=utf-8
txt text/plain;charset=utf-8
md text/markdown;charset=utf-8
csv text/csv;charset=utf-8
vtt text/vtt;charset=utf-8
xml text/xml
svg image/svg+xml
png image/png
jpg image/jpeg
gif image/gif
webp image/webp
avif image/avif
ico image/x-icon
woff font/woff
woff2 font/woff2
ttf font/ttf
otf font/otf
mp4 video/mp4
webm video/webm
mp3 audio/mpeg
ogg audio/ogg
wav audio/wav
m4a audio/mp4
flac audio/flac
pdf application/pdf
wasm application/wasm
glb model/gltf-binary
zip application/zip
gz application/gzip
"""


@pytest.mark.parametrize(("suffix", "content_type"), [line.split() for line in TYPES.split("\n") if line])
def test_a_file_is_served_as_what_its_name_says(suffix: str, content_type: str) -> None:
    assert MimeTypes().content_type(f"some.file.{suffix}") == content_type
    assert MimeTypes().content_type(f"SOME.{suffix.upper()}") == content_type


@pytest.mark.parametrize("name", ["LICENSE", "jane.doe", ".", "archive."])
def test_a_file_whose_name_says_nothing_is_bytes(name: str) -> None:
    assert not MimeTypes().knows(name)
    assert MimeTypes().content_type(name) == "application/octet-stream"


def test_what_the_machine_says_of_types_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(mimetypes.types_map, ".js", "text/x-machine")
    monkeypatch.setitem(mimetypes.types_map, ".machine", "text/x-machine")
    assert MimeTypes().content_type("app.js") == "text/javascript;charset=utf-8"
    assert not MimeTypes().knows("app.machine")
