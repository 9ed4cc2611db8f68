from shell.acl import Allowed, Denied, Reference
from tests.acl.program import authority, capability, page

READ, WRITE, LIST = (f"plugin:notes|{name}" for name in ("read", "write", "list_all"))


def test_each_window_is_explained_for_local_pages_and_for_each_pattern_of_remote_ones() -> None:
    asked = authority(
        capability("notes:read-temp", "notes:deny-write"),
        capability("notes:allow-write", identifier="web", windows=["*"], remote={"urls": ["https://*"]}),
        capability("notes:all", identifier="mac", windows=["*"], remote={"urls": ["mac://*"]}, platforms=["macOS"]),
        app_commands=["greet"],
    )
    main, main_remote, other, other_remote = asked.explain(["main", "other"])
    assert [(one.window, one.url) for one in (main, main_remote, other, other_remote)] == [
        ("main", None),
        ("main", "https://*"),
        ("other", None),
        ("other", "https://*"),
    ]
    assert set(main.allowed) == {READ, LIST, "greet"}
    assert main.allowed[READ].by == (Reference("main", "notes:read-temp"),)
    assert main.allowed["greet"].by == ()
    assert main.denied[WRITE].by == (Reference("main", "notes:deny-write"),)
    assert set(main_remote.allowed) == {WRITE}
    assert set(other.allowed) == {WRITE, "greet"}
    assert other.denied[READ].by == ()
    assert main.denied[WRITE].message == asked.decide(WRITE, page()).message  # type: ignore[union-attr]


def test_every_command_has_an_answer_in_every_explanation() -> None:
    (explanation,) = authority(capability("notes:all"), app_commands=["greet"]).explain(["main"])
    assert set(explanation.decisions) == {READ, WRITE, LIST, "greet"}
    assert set(explanation.allowed) | set(explanation.denied) == set(explanation.decisions)
    assert all(isinstance(answer, Allowed | Denied) for answer in explanation.decisions.values())
