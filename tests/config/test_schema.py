import enum
import types
import typing
from typing import Any

import attrs
import pytest

from shell.config import (
    AppConfig,
    AppDirectoryOverrides,
    BackgroundThrottling,
    BuildConfig,
    BundleConfig,
    Config,
    LogicalPosition,
    PreventOverflowMargin,
    ScrollBarStyle,
    SecurityConfig,
    Theme,
    TitleBarStyle,
    TrayIconConfig,
    WindowConfig,
    WindowEffect,
    WindowEffects,
    WindowEffectState,
)
from shell.config.accepted import ACCEPTED, accepted_keys
from shell.config.record import Record, record
from shell.config.security import HEADERS, AssetProtocol
from tests.config.schema import definitions, table

RECORDS: dict[str, type] = {
    "AppConfig": AppConfig,
    "AppDirectoryOverrides": AppDirectoryOverrides,
    "AssetProtocolConfig": AssetProtocol,
    "BuildConfig": BuildConfig,
    "BundleConfig": BundleConfig,
    "Config": Config,
    "LogicalPosition": LogicalPosition,
    "PreventOverflowMargin": PreventOverflowMargin,
    "SecurityConfig": SecurityConfig,
    "TrayIconConfig": TrayIconConfig,
    "WindowConfig": WindowConfig,
    "WindowEffectsConfig": WindowEffects,
}
ENUMS: dict[str, type[enum.Enum]] = {
    "BackgroundThrottlingPolicy": BackgroundThrottling,
    "ScrollBarStyle": ScrollBarStyle,
    "Theme": Theme,
    "TitleBarStyle": TitleBarStyle,
    "WindowEffect": WindowEffect,
    "WindowEffectState": WindowEffectState,
}
# Keys of a mapping that is handed on whole.
FREE = {"plugins"}


def defaults(name: str) -> list[tuple[str, Any]]:
    return [(key, value["default"]) for key, value in definitions()[name]["properties"].items() if "default" in value]


def required(name: str) -> dict[str, Any]:
    samples = {
        "identifier": "com.example.app",
        "iconPath": "icon.png",
        "effects": [],
        "width": 1,
        "height": 1,
        "x": 1,
        "y": 1,
    }
    return {key: samples[key] for key in definitions()[name].get("required", ())}


@pytest.mark.parametrize("name", RECORDS)
def test_every_key_of_the_schema_is_known_and_no_other(name: str) -> None:
    own = {key.name for key in record(RECORDS[name]).keys}
    passed_over = {key for key in accepted_keys(RECORDS[name].__name__) if "-" not in key} - {"macos", "ios"}
    assert own | passed_over == set(definitions()[name]["properties"])


@pytest.mark.parametrize("name", RECORDS)
def test_every_default_is_the_schemas(name: str) -> None:
    read: Record[Any] = record(RECORDS[name])
    absent = read(required(name), ())
    for key, value in defaults(name):
        if key in {known.name for known in read.keys} and key not in FREE:
            assert read({**required(name), key: value}, ()) == absent, key


@pytest.mark.parametrize("name", RECORDS)
def test_what_the_schema_has_no_default_for_is_required_or_none(name: str) -> None:
    with_default = dict(defaults(name))
    for key in record(RECORDS[name]).keys:
        if key.name not in with_default:
            field = attrs.fields_dict(RECORDS[name])[key.field]
            assert key.required or field.default is None, key.name
            if not key.required:
                assert typing.get_origin(field.type) in {types.UnionType, typing.Union}, key.name


@pytest.mark.parametrize("name", ENUMS)
def test_every_choice_is_the_schemas(name: str) -> None:
    definition = definitions()[name]
    alternatives = definition.get("oneOf") or definition.get("anyOf") or [definition]
    choices = {choice.lower() for part in alternatives for choice in part["enum"]}
    assert {str(member.value).lower() for member in ENUMS[name]} == choices


def test_the_headers_are_the_schemas() -> None:
    assert set(HEADERS) == set(definitions()["HeaderConfig"]["properties"])


def test_the_table_of_keys_that_are_passed_over_is_the_schemas() -> None:
    assert table(definitions()) == {name: keys for name, keys in ACCEPTED.items() if name != "Config"}
