"""`window`: what only other systems have."""

from tests.conformance.registry import Registry
from tests.conformance.stage import Stage


def register(registry: Registry) -> None:
    module = registry.part("window", "api.window", "window")
    window = registry.part("window.Window", "own", "window")

    @window.as_on_linux(
        *("setShadow(true)", "setContentProtected(true)", "setCursorGrab(true)", "setTitleBarStyle('overlay')"),
        answer="resolves, and changes nothing",
    )
    def what_linux_has_not_changes_nothing(stage: Stage) -> None:
        one = stage.subject
        before = one.inner(), stage.desk.property(one.id, "_NET_WM_STATE")
        for call in (
            *("setShadow(false)", "setContentProtected(true)", "setCursorGrab(true)", "setTitleBarStyle('overlay')"),
            *("setEffects({ effects: [api.window.Effect.Mica] })", "clearEffects()"),
        ):
            assert one(call) is None
        assert (one.inner(), stage.desk.property(one.id, "_NET_WM_STATE")) == before

    window.as_on_linux("setEffects({ effects: ['mica'] })", answer="resolves, and changes nothing")(
        what_linux_has_not_changes_nothing
    )
    window.as_on_linux("clearEffects()", command="window|set_effects", answer="resolves, and changes nothing")(
        what_linux_has_not_changes_nothing
    )
    for name in ("Effect", "EffectState"):
        module.as_on_linux(name, command=None, answer="materials that Linux has none of")(
            what_linux_has_not_changes_nothing
        )

    @window.as_on_linux(
        "setBadgeLabel('x')",
        "setOverlayIcon('icon.png')",
        "activityName()",
        "sceneIdentifier()",
        answer="rejects: only macOS, Windows, Android and iOS have them",
    )
    def what_only_other_systems_have_is_rejected_with_the_reason(stage: Stage) -> None:
        label = stage.subject.label
        assert "exists only on macOS" in stage.rejection(f"made[{label!r}].setBadgeLabel('x')")
        assert "exists only in the taskbar of Windows" in stage.rejection(f"made[{label!r}].setOverlayIcon()")
        assert "only Android has activities" in stage.rejection(f"made[{label!r}].activityName()")
        assert "only iOS has scenes" in stage.rejection(f"made[{label!r}].sceneIdentifier()")
