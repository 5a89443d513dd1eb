"""Text from the wire or from a file, made safe for one line of a terminal or a report."""

_SHOWN_LENGTH = 100


def printable(text: str) -> str:
    """``text`` with control, format and bidi characters and surrogates escaped, which a terminal could interpret or
    hide."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode("ascii") for c in text)


def shortened(text: str, longest: int = _SHOWN_LENGTH) -> str:
    """At most ``longest`` characters; what is omitted from the middle is marked."""
    if len(text) <= longest:
        return text
    tail = longest // 3
    return f"{text[: longest - tail - 1]}…{text[-tail:] if tail else ''}"


def beginning(text: str, longest: int = _SHOWN_LENGTH) -> str:
    """The first ``longest`` characters, and a mark where there were more."""
    return text if len(text) <= longest else text[:longest] + "…"
