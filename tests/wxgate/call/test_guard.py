"""Where an exception of ours was raised."""

from wxgate.call.guard import named
from wxgate.call.guard import place_of
from wxpolicy.url.urls import read_url


def test_the_innermost_function_of_the_product_is_named():
    try:
        read_url(None)  # type: ignore[arg-type]
    except Exception as error:
        assert place_of(error).startswith("wxpolicy.url.urls.")
        assert named(error).startswith(type(error).__name__ + ": ")


def test_an_exception_from_elsewhere_is_ours_to_explain_all_the_same():
    try:
        raise OSError("no disk")
    except OSError as error:
        assert (place_of(error), named(error)) == ("wxgate", "OSError: no disk")
