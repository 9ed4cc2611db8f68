"""Keys that Tauri knows and this program does not use: accepted in a configuration, and passed over.

The table is taken from the schema that `@tauri-apps/cli` ships: `python -m tests.config.schema` prints it anew, and a
test compares the two where the package is installed.
"""

import functools
from collections.abc import Mapping
from typing import Any

from shell.config.errors import Gathered, JsonPath, expected
from shell.config.spelling import kebab, unknown_key

# Definition of the schema → its keys; after a colon, the definition of the objects that a key holds.
ACCEPTED: Mapping[str, str] = {
    "AndroidConfig": "autoIncrementVersionCode debugApplicationIdSuffix minSdkVersion versionCode",
    "AppImageConfig": "bundleMediaFramework files",
    "BuildConfig": (
        "additionalWatchFolders beforeBuildCommand beforeBundleCommand beforeDevCommand devUrl features "
        "frontendDist removeUnusedCommands runner windows:WindowsBuildConfig"
    ),
    "BundleConfig": (
        "active android:AndroidConfig category copyright createUpdaterArtifacts externalBin "
        "fileAssociations:FileAssociation homepage iOS:IosConfig icon license licenseFile "
        "linux:LinuxConfig longDescription macOS:MacConfig publisher resources shortDescription targets "
        "useLocalToolsDir windows:WindowsConfig"
    ),
    "Config": "$schema",
    "DebConfig": (
        "changelog conflicts depends desktopTemplate files postInstallScript postRemoveScript "
        "preInstallScript preRemoveScript priority provides recommends replaces section"
    ),
    "DmgConfig": (
        "appPosition:Position applicationFolderPosition:Position background windowPosition:Position windowSize:Size"
    ),
    "ExportedFileAssociation": "conformsTo identifier",
    "FileAssociation": (
        "androidIntentActionFilters contentTypes description exportedType:ExportedFileAssociation ext "
        "mimeType name rank role"
    ),
    "IosConfig": "bundleVersion developmentTeam frameworks infoPlist minimumSystemVersion template",
    "LinuxConfig": "appimage:AppImageConfig deb:DebConfig rpm:RpmConfig",
    "MacConfig": (
        "bundleName bundleVersion dmg:DmgConfig entitlements exceptionDomain files frameworks "
        "hardenedRuntime infoPlist minimumSystemVersion providerShortName signingIdentity"
    ),
    "NsisConfig": (
        "compression customLanguageFiles displayLanguageSelector headerImage installMode installerHooks "
        "installerIcon languages minimumWebview2Version sidebarImage startMenuFolder template "
        "uninstallerHeaderImage uninstallerIcon"
    ),
    "Position": "x y",
    "RpmConfig": (
        "compression conflicts depends desktopTemplate epoch files obsoletes postInstallScript "
        "postRemoveScript preInstallScript preRemoveScript provides recommends release"
    ),
    "Size": "height width",
    "WindowsBuildConfig": "staticVCRuntime",
    "WindowsConfig": (
        "allowDowngrades bundleVCRuntime certificateThumbprint digestAlgorithm minimumWebview2Version "
        "nsis:NsisConfig signCommand timestampUrl tsp webviewInstallMode wix:WixConfig"
    ),
    "WixConfig": (
        "bannerPath componentGroupRefs componentRefs dialogImagePath enableElevatedUpdateTask "
        "featureGroupRefs featureRefs fipsCompliant fragmentPaths language mergeRefs template "
        "upgradeCode version"
    ),
}


@functools.cache
def accepted_keys(definition: str) -> Mapping[str, str]:
    """List the keys of a definition, in each spelling, with the definition that each holds or empty text."""
    entries = [entry.partition(":") for entry in ACCEPTED.get(definition, "").split()]
    return {spelling: inner for key, _, inner in entries for spelling in (key, kebab(key))}


def check_accepted(value: Any, at: JsonPath, definition: str) -> None:
    """Check no more of a value than the keys of the objects in it.

    Args:
        value: An object, a list of objects, or null.
        at: Where it stands.
        definition: The definition of the objects, or empty text for a value that is not looked at.

    Raises:
        Mistakes: A key that Tauri does not know either.
    """
    if not definition or value is None:
        return
    keys = accepted_keys(definition)
    gathered = Gathered()
    for place, item in [((*at, i), item) for i, item in enumerate(value)] if isinstance(value, list) else [(at, value)]:
        if not isinstance(item, dict):
            raise expected("an object", item, place)
        for key, inner in item.items():
            with gathered:
                if key not in keys:
                    raise unknown_key(key, place, keys)
                check_accepted(inner, (*place, key), keys[key])
    gathered.check()
