"""`dpi`: sizes and positions, and how they travel."""

from tests.conformance.registry import Registry
from tests.conformance.stage import Stage
from tests.desktop import until


def register(registry: Registry) -> None:
    logical_size = registry.part("dpi.LogicalSize", "new api.dpi.LogicalSize(1, 2)")
    physical_size = registry.part("dpi.PhysicalSize", "new api.dpi.PhysicalSize(1, 2)")
    size = registry.part("dpi.Size", "new api.dpi.Size(new api.dpi.LogicalSize(1, 2))")
    logical_position = registry.part("dpi.LogicalPosition", "new api.dpi.LogicalPosition(1, 2)")
    physical_position = registry.part("dpi.PhysicalPosition", "new api.dpi.PhysicalPosition(1, 2)")
    position = registry.part("dpi.Position", "new api.dpi.Position(new api.dpi.LogicalPosition(1, 2))")

    def a_window_takes_sizes_of_both_kinds(stage: Stage) -> None:
        window = stage.subject
        for given, width in (
            ("new api.dpi.LogicalSize(310, 210)", 310),
            ("new api.dpi.PhysicalSize({ width: 320, height: 210 })", 320),
            ("new api.dpi.Size(new api.dpi.LogicalSize({ Logical: { width: 330, height: 210 } }))", 330),
            ("new api.dpi.LogicalSize(170, 105).toPhysical(2)", 340),
            ("new api.dpi.PhysicalSize(700, 420).toLogical(2)", 350),
            ("new api.dpi.Size(new api.dpi.LogicalSize(180, 105)).toPhysical(2)", 360),
            ("new api.dpi.Size(new api.dpi.PhysicalSize(740, 420)).toLogical(2)", 370),
        ):
            window(f"setSize({given})")
            until(lambda width=width: window("innerSize()") == {"width": width, "height": 210})  # type: ignore[misc]
        window("setSize(new api.dpi.LogicalSize(400, 300))")

    def a_window_takes_places_of_both_kinds(stage: Stage) -> None:
        window = stage.subject
        for given, x in (
            ("new api.dpi.LogicalPosition(110, 100)", 110),
            ("new api.dpi.PhysicalPosition({ x: 120, y: 100 })", 120),
            ("new api.dpi.Position(new api.dpi.LogicalPosition({ Logical: { x: 130, y: 100 } }))", 130),
            ("new api.dpi.LogicalPosition(70, 50).toPhysical(2)", 140),
            ("new api.dpi.PhysicalPosition(300, 200).toLogical(2)", 150),
            ("new api.dpi.Position(new api.dpi.LogicalPosition(80, 50)).toPhysical(2)", 160),
            ("new api.dpi.Position(new api.dpi.PhysicalPosition(340, 200)).toLogical(2)", 170),
            ("new api.dpi.PhysicalPosition(100, 100)", 100),
        ):
            stage.page(
                f"""const window = made[{window.label!r}], moves = ear((handler) => window.onMoved(handler));
                const stop = await moves.ready;
                await window.setPosition({given});
                await moves.next(({{ payload }}) => payload.x === {x} && payload.y === 100);
                await stop();"""
            )

    def what_goes_as_json_is_the_numbers_alone(stage: Stage) -> None:
        for part, json in (
            (logical_size, {"width": 1, "height": 2}),
            (physical_size, {"width": 1, "height": 2}),
            (logical_position, {"x": 1, "y": 2}),
            (physical_position, {"x": 1, "y": 2}),
            (size, {"Logical": {"width": 1, "height": 2}}),
            (position, {"Logical": {"x": 1, "y": 2}}),
        ):
            assert stage.page(f"api.core.invoke('echo', {{ value: {part.on} }})") == json
            assert stage.page(f"JSON.parse(JSON.stringify({part.on}))") == json

    for parts, moves in (
        ((logical_size, physical_size, size), a_window_takes_sizes_of_both_kinds),
        ((logical_position, physical_position, position), a_window_takes_places_of_both_kinds),
    ):
        for part in parts:
            name = part.place.removeprefix("dpi.")
            part.constructor(moves)
            if not name.startswith("Logical"):
                part.works("toLogical(2)", command=None)(moves)
            if not name.startswith("Physical"):
                part.works("toPhysical(2)", command=None)(moves)
            part.works("toJSON()", "__TAURI_TO_IPC_KEY__()", command=None)(what_goes_as_json_is_the_numbers_alone)
