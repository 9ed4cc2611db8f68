"""`app`: the program itself. What it does is proved by the tests of its commands."""

from tests.conformance.registry import Registry
from tests.conformance.stage import Stage

_TESTS = "tests/plugins/test_app.py::"


def register(registry: Registry) -> None:
    app = registry.part("app", "api.app", "app")
    says = f"{_TESTS}test_what_the_program_says_of_itself"
    app.proved(says, "getVersion()", command="app|version")
    app.proved(says, "getName()", command="app|name")
    app.proved(says, "getTauriVersion()", command="app|tauri_version")
    app.proved(says, "getIdentifier()", command="app|identifier")
    app.proved(says, "supportsMultipleWindows()")
    app.proved(
        f"{_TESTS}test_a_program_that_was_installed_from_a_bundle_says_so", "getBundleType()", command="app|bundle_type"
    )
    app.proved(f"{_TESTS}test_the_bundle_types_of_this_system_are_the_packages_own", "BundleType", command=None)
    app.proved(f"{_TESTS}test_the_icon_of_windows_is_an_image_that_the_page_holds", "defaultWindowIcon()")
    app.proved(f"{_TESTS}test_exit_ends_the_program_with_a_code", "exit(3)")
    only_macos = f"{_TESTS}test_what_only_macos_and_phones_have_answers_as_in_tauri_on_linux"
    nothing = "resolves, and changes nothing: only macOS shows and hides whole programs"
    app.proved(only_macos, "show()", command="app|app_show", answer=nothing)
    app.proved(only_macos, "hide()", command="app|app_hide", answer=nothing)
    app.proved(only_macos, "setDockVisibility(false)", answer="resolves, and changes nothing: only macOS has a dock")
    none = "only macOS and iOS have data stores with identifiers"
    app.proved(only_macos, "fetchDataStoreIdentifiers()", answer=f"an empty list: {none}")
    app.proved(only_macos, "removeDataStore(Array(16).fill(0))", answer=f"resolves: {none}")
    app.proved(
        f"{_TESTS}test_the_back_button_of_phones_can_be_listened_to_and_is_never_pressed",
        "onBackButtonPress(() => 1)",
        command="app|register_listener",
        refused="api.core.invoke('plugin:app|register_listener')",
        answer="resolves, and is never called: only phones have that button",
    )

    @app.works("setTheme('dark')", command="app|set_app_theme")
    def every_page_follows_the_theme(stage: Stage) -> None:
        one = stage.subject
        for theme, dark in (("'dark'", True), ("'light'", False), ("'dark'", True), ("null", False)):
            stage.page(f"api.app.setTheme({theme})")
            for label in ("main", one.label):
                stage.page(
                    f"""const query = matchMedia("(prefers-color-scheme: dark)");
                    while (query.matches !== {str(dark).lower()}) await new Promise((done) => {{
                        query.addEventListener("change", done, {{ once: true }});
                    }});""",
                    label,
                )
            assert stage.page("own.theme()") == ("dark" if dark else "light")
