"""Where devices come in: what the page tells of the proxy's own address."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Entrance:
    """``hosts`` are addresses under which the proxy may be reached. ``scan`` is what a phone scans, None where none can reach it."""

    hosts: tuple[str, ...]
    port: int
    scan: str | None
    certificate: Path
    is_wireguard: bool = False
