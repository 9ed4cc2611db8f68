"""Capabilities, permissions, scopes, as Tauri v2 has them, and the authority that decides by them."""

from shell.acl.authority import Authority, Explanation
from shell.acl.caller import Caller
from shell.acl.capability import (
    Capability,
    PermissionEntry,
    active_capabilities,
    capability_from,
    default_capability,
    has_capability_files,
    load_capabilities,
)
from shell.acl.decision import Allowed, Decision, Denied, Reference
from shell.acl.documents import has_documents, unread_documents
from shell.acl.errors import AclError
from shell.acl.identifier import APP_ACL_KEY, CORE_NAMESPACES
from shell.acl.manifest import Manifest, core_manifests, load_permissions, shipped_manifests
from shell.acl.permission import PLATFORMS, Commands, Permission, PermissionSet, Platform
from shell.acl.scope import Scope
from shell.acl.urlpattern import UrlPattern as RemotePattern

__all__ = [
    "APP_ACL_KEY",
    "CORE_NAMESPACES",
    "PLATFORMS",
    "AclError",
    "Allowed",
    "Authority",
    "Caller",
    "Capability",
    "Commands",
    "Decision",
    "Denied",
    "Explanation",
    "Manifest",
    "Permission",
    "PermissionEntry",
    "PermissionSet",
    "Platform",
    "Reference",
    "RemotePattern",
    "Scope",
    "active_capabilities",
    "capability_from",
    "core_manifests",
    "default_capability",
    "has_capability_files",
    "has_documents",
    "load_capabilities",
    "load_permissions",
    "shipped_manifests",
    "unread_documents",
]
