"""Which type a file is served as, by the end of its name."""

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType

# What nearly every page consists of; and what the standard library's table of Python 3.12 and 3.13 lacks or names in a
# way that browsers do not, under the names that IANA registered or, where it has none, that browsers know.
_WEB_TYPES: Mapping[str, str] = MappingProxyType(
    {
        ".css": "text/css",
        ".html": "text/html",
        ".jpg": "image/jpeg",
        ".js": "text/javascript",
        ".json": "application/json",
        ".mjs": "text/javascript",
        ".png": "image/png",
        ".svg": "image/svg+xml",
        ".txt": "text/plain",
        ".aac": "audio/aac",
        ".apng": "image/apng",
        ".atom": "application/atom+xml",
        ".bin": "application/octet-stream",
        ".cjs": "text/javascript",
        ".eot": "application/vnd.ms-fontobject",
        ".flac": "audio/flac",
        ".geojson": "application/geo+json",
        ".glb": "model/gltf-binary",
        ".gltf": "model/gltf+json",
        ".gz": "application/gzip",
        ".heif": "image/heif",
        ".ico": "image/x-icon",
        ".ics": "text/calendar",
        ".jsonld": "application/ld+json",
        ".jxl": "image/jxl",
        ".log": "text/plain",
        ".m4a": "audio/mp4",
        ".m4v": "video/mp4",
        ".map": "application/json",
        ".mka": "audio/x-matroska",
        ".mkv": "video/x-matroska",
        ".mpd": "application/dash+xml",
        ".oga": "audio/ogg",
        ".ogg": "audio/ogg",
        ".ogv": "video/ogg",
        ".opus": "audio/ogg",
        ".otf": "font/otf",
        ".rss": "application/rss+xml",
        ".toml": "application/toml",
        ".ttc": "font/collection",
        ".ttf": "font/ttf",
        ".wasm": "application/wasm",
        ".wav": "audio/wav",
        ".weba": "audio/webm",
        ".webp": "image/webp",
        ".wgsl": "text/wgsl",
        ".woff": "font/woff",
        ".woff2": "font/woff2",
        ".xht": "application/xhtml+xml",
        ".xhtml": "application/xhtml+xml",
        ".yaml": "application/yaml",
        ".yml": "application/yaml",
        ".zst": "application/zstd",
    }
)

_UNKNOWN = "application/octet-stream"
_TEXTS = frozenset({"application/json", "application/yaml", "application/toml"})


class MimeTypes:
    """The standard library's table of types, with what the web has beside it.

    The table is the one that Python brings, never the machine's `/etc/mime.types` or registry, so that a program's
    pages behave alike everywhere.
    """

    @cached_property
    def _standard(self) -> Mapping[str, str]:
        # Python reads the machine's tables before it hands out its own, which takes longer than all else that a first
        # page needs of types: not before there is a file that only its table knows.
        import mimetypes  # noqa: PLC0415

        common, standard = mimetypes.MimeTypes().types_map
        return {**common, **standard}

    def _type_of(self, name: str) -> str | None:
        suffix = _suffix(name)
        return _WEB_TYPES.get(suffix) or self._standard.get(suffix)

    def knows(self, name: str) -> bool:
        """Whether the end of a file's name says what the file is."""
        return self._type_of(name) is not None

    def content_type(self, name: str) -> str:
        """The type of a file, for the header `Content-Type`.

        Text is UTF-8, as this program serves all of it; XML says its encoding itself.

        Args:
            name: The file's name.
        """
        mime = self._type_of(name) or _UNKNOWN
        if mime in _TEXTS or (mime.startswith("text/") and mime != "text/xml") or mime.endswith("+json"):
            return f"{mime};charset=utf-8"
        return mime


def _suffix(name: str) -> str:
    dot = name.rfind(".")
    return name[dot:].lower() if dot >= 0 else ""
