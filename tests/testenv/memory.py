"""What a proxy's process takes."""

from pathlib import Path


def memory_mb(proxy) -> float:
    """Resident, now. Linux alone tells."""
    status = Path(f"/proc/{proxy.program.process.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024
