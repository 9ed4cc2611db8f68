"""What pages may do: Content-Security-Policy, headers, the asset scope, and which capabilities hold."""

import enum
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Annotated, Any

import attrs

from shell.config.errors import JsonPath, Mistakes, expected
from shell.config.readers import Reader, boolean, by_kind, header_text, list_of, map_of, path, text
from shell.config.record import record
from shell.config.spelling import unknown_key
from shell.config.urls import UrlPattern
from shell.config.values import FilePath
from shell.value import frozen

HEADERS = (
    "Access-Control-Allow-Credentials",
    "Access-Control-Allow-Headers",
    "Access-Control-Allow-Methods",
    "Access-Control-Expose-Headers",
    "Access-Control-Max-Age",
    "Cross-Origin-Embedder-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Permissions-Policy",
    "Service-Worker-Allowed",
    "Tauri-Custom-Header",
    "Timing-Allow-Origin",
    "X-Content-Type-Options",
)
"""The response headers that a configuration may set."""

# Hosts that stand for the app itself where a platform has no schemes of its own.
_OWN_HOSTS = frozenset({"tauri.localhost", "ipc.localhost", "asset.localhost"})


@frozen
class Csp:
    """A Content-Security-Policy.

    Attributes:
        directives: Each directive with its sources, in the order of the configuration.
    """

    directives: Mapping[str, tuple[str, ...]]

    @classmethod
    def parse(cls, policy: str) -> "Csp":
        """Read a policy as it stands in a header; of a directive given twice the first holds, as in browsers."""
        directives: dict[str, tuple[str, ...]] = {}
        for part in policy.split(";"):
            name, *sources = part.split() or [""]
            if name:
                directives.setdefault(name.lower(), tuple(sources))
        return cls(MappingProxyType(directives))

    def hosts(self) -> Iterator[UrlPattern]:
        """Give the hosts that the policy names to fetch something from.

        A bare scheme, a bare `*` and the hosts that stand for the app itself are none.
        """
        for name, sources in self.directives.items():
            if name.removesuffix("-elem").removesuffix("-attr").endswith("-src"):
                for source in sources:
                    pattern = UrlPattern.parse(source)
                    if pattern and pattern.host not in _OWN_HOSTS | {"*", None}:
                        yield attrs.evolve(pattern, path=None)

    def __str__(self) -> str:
        return "; ".join(" ".join((name, *sources)) for name, sources in self.directives.items())


@frozen
class FsScope:
    """Which files `asset://` serves, as glob patterns that may begin with a variable such as `$APPDATA`.

    Attributes:
        allow: What it serves.
        deny: What it does not serve even so.
        require_literal_leading_dot: Whether hidden files are meant only where a pattern writes their dot; None: as
            the system has it.
    """

    allow: tuple[FilePath, ...] = ()
    deny: tuple[FilePath, ...] = ()
    require_literal_leading_dot: bool | None = None


class PatternUse(enum.StrEnum):
    """Whether messages of a page go through an isolation application first."""

    BROWNFIELD = "brownfield"
    ISOLATION = "isolation"


@frozen
class IsolationOptions:
    """Where the isolation application is."""

    dir: FilePath


@frozen
class Pattern:
    """Tauri's application pattern."""

    use: PatternUse
    options: IsolationOptions | None = None


def _policy(value: str, at: JsonPath) -> Csp:
    return Csp.parse(header_text(value, at))


def _directives(value: dict[str, Any], at: JsonPath) -> Csp:
    directives: dict[str, tuple[str, ...]] = {}
    for name, sources in map_of(_SOURCES)(value, at).items():
        if not name.replace("-", "").isalpha() or not name.isascii():
            raise Mistakes.one((*at, name), "expected the name of a directive")
        if ";" in " ".join(sources):
            raise expected("sources without a semicolon", value[name], (*at, name))
        if name.lower() in directives:
            raise Mistakes.one((*at, name), "this directive is given twice")
        directives[name.lower()] = sources
    return Csp(MappingProxyType(directives))


def _inline(value: str, at: JsonPath) -> tuple[str, ...]:
    return tuple(header_text(value, at).split())


def _scope(value: list[Any], at: JsonPath) -> FsScope:
    return FsScope(list_of(path)(value, at))


def _pattern(value: Any, at: JsonPath) -> Pattern:
    found = record(Pattern)(value, at)
    if found.use is PatternUse.ISOLATION and found.options is None:
        raise Mistakes.one((*at, "options"), "this key is required")
    return found


def _headers(value: Any, at: JsonPath) -> Mapping[str, str]:
    read = map_of(_header)(value, at)
    for name in read:
        if name not in HEADERS:
            raise unknown_key(name, at, HEADERS)
    return MappingProxyType({name: content for name, content in read.items() if content is not None})


def _header(value: Any, at: JsonPath) -> str | None:
    if isinstance(value, list):
        return ", ".join(list_of(header_text)(value, at))
    if isinstance(value, dict):
        return "; ".join(f"{header_text(key, at)} {part}" for key, part in map_of(header_text)(value, at).items())
    return None if value is None else header_text(value, at)


def _capability(value: dict[str, Any], _at: JsonPath) -> Mapping[str, Any]:
    return MappingProxyType(value)


_SOURCES: Reader[tuple[str, ...]] = by_kind("text or a list of text", {str: _inline, list: list_of(header_text)})
_csp: Reader[Csp] = by_kind("text or an object of directives", {str: _policy, dict: _directives})
_fs_scope: Reader[FsScope] = by_kind("a list of paths or an object", {list: _scope, dict: record(FsScope)})
_unmodified: Reader[bool | tuple[str, ...]] = by_kind(
    "true, false or a list of directives", {bool: boolean, list: list_of(text)}
)
_capabilities = list_of(by_kind("a capability or the name of one", {str: text, dict: _capability}))


@frozen
class AssetProtocol:
    """Files that pages get from `asset://`.

    Attributes:
        enable: Whether there is `asset://` at all.
        scope: Which files it serves.
    """

    scope: Annotated[FsScope, _fs_scope] = FsScope()
    enable: bool = False


@frozen(kw_only=True)
class SecurityConfig:
    """What pages may do.

    Attributes:
        csp: The policy that pages of the app are served with.
        dev_csp: The policy while a dev server is the frontend; None: `csp`.
        freeze_prototype: Whether `Object.prototype` is frozen before a page's scripts run.
        dangerous_disable_asset_csp_modification: Whether the policy is left as it is, or which directives of it are,
            rather than given what the app's own scripts need.
        asset_protocol: Files outside the frontend that pages may have.
        pattern: Tauri's application pattern.
        capabilities: Names of the capabilities that hold, or whole ones, which are checked where they are used; none:
            all that `capabilities/` has.
        headers: Response headers of the app's pages, each as it is sent.
    """

    csp: Annotated[Csp, _csp] | None = None
    dev_csp: Annotated[Csp, _csp] | None = None
    freeze_prototype: bool = False
    dangerous_disable_asset_csp_modification: Annotated[bool | tuple[str, ...], _unmodified] = False
    asset_protocol: AssetProtocol = AssetProtocol()
    pattern: Annotated[Pattern, _pattern] = Pattern(PatternUse.BROWNFIELD)
    capabilities: Annotated[tuple[str | Mapping[str, Any], ...], _capabilities] = ()
    headers: Annotated[Mapping[str, str], _headers] | None = None
