"""Declared or detected: which charset is used for a body that is not UTF-8."""

from collections.abc import Callable

from wxpolicy.encoding.charsets import UTF_8
from wxpolicy.encoding.charsets import WIDE
from wxpolicy.encoding.charsets import Charset
from wxpolicy.encoding.detect import Guess

# Below this confidence a guess does not override a declared charset that decodes every byte.
SURE = 0.6
# And below this a single-byte guess does not override a damaged East Asian one.
SURER = 0.8


def choose(declared: Charset | None, guess: Guess | None, reads_all: Callable[[Charset], bool]) -> Guess | None:
    """The declared charset if it decodes every byte and nothing clearly contradicts it, else the guess.

    Only for bytes beyond ASCII that are neither UTF-8 nor of two or four bytes a character.
    """
    if declared is None or declared is UTF_8 or declared in WIDE:
        return guess
    if not reads_all(declared):
        if not declared.multibyte or (guess and (guess.charset.multibyte or guess.confidence >= SURER)):
            return guess
        # A single-byte charset decodes anything; that does not make a damaged GBK text Russian.
        return Guess(declared, 0.4)
    if guess is None:
        return Guess(declared, 0.5)
    if guess.charset.family == declared.family:
        return Guess(guess.charset if guess.charset.multibyte else declared, max(guess.confidence, 0.95))
    # Single-byte charsets cannot be distinguished with certainty; that a text is in none of them can.
    is_against = guess.charset.multibyte or declared.multibyte
    if is_against and guess.confidence >= SURE and (guess.charset is UTF_8 or reads_all(guess.charset)):
        return guess
    return Guess(declared, 0.7)
