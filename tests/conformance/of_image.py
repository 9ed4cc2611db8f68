"""`image`: proved by the tests of its commands."""

from tests.conformance.registry import Registry

_TESTS = "tests/plugins/test_image.py::"


def register(registry: Registry) -> None:
    module = registry.part("image", "api.image", "image")
    image = registry.part("image.Image", "new api.image.Image(1)", "image")
    static = registry.part("image.Image", "api.image.Image", "image")
    pixels = f"{_TESTS}test_an_image_is_made_of_its_pixels"
    image.constructor(pixels)
    static.proved(pixels, "new([1, 2, 3, 4], 1, 1)")
    image.proved(pixels, "rgba()", "size()")
    static.proved(f"{_TESTS}test_an_image_is_read_from_the_bytes_of_a_file", "fromBytes([1])")
    static.proved(f"{_TESTS}test_an_image_is_read_from_a_file", "fromPath('/a.png')")
    given = f"{_TESTS}test_an_image_is_given_in_any_form_wherever_one_is_wanted"
    module.proved(given, "transformImage('a')", command=None)
