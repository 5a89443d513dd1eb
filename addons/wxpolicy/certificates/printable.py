"""Text from a stranger's certificate, made safe to print in a report or a terminal."""


def printable(text: str, longest: int = 100) -> str:
    """``text`` without control, bidirectional and line characters, at most ``longest`` characters."""
    shown = "".join(char if char.isprintable() else "?" for char in text[: longest + 1])
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"
