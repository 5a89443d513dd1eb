"""A picture of what ``bench.py --json`` wrote: one bar a case, its ratio to bare mitmdump, and the spread of the rounds. Standard library only."""

import html
import json
from pathlib import Path
from typing import Any

_WIDTH, _LEFT, _RIGHT = 860, 330, 90
_ROW, _BAR, _TOP, _BOTTOM = 24, 13, 64, 30
# Of a time, less is better: there the ratio is turned round, so that to the right of the line is always better.
_OTHERS = "peers: "
_LESS_IS_BETTER = ("ms", "us a call")


def draw(figures_json: Path, svg: Path) -> None:
    """Raises OSError, ValueError or KeyError where the file is not what ``--json`` writes."""
    told = json.loads(figures_json.read_text("utf-8"))
    rows = [_row(each) for each in told["figures"] if _is_compared(each)]
    load = " and ".join(str(each) for each in told["load"])
    on = f"Python {told['python']}, mitmproxy {told['mitmproxy']}, {told['cores']} cores, load {load} before and after"
    svg.write_text(_svg(rows, on), "utf-8")


def _is_compared(figure: dict[str, Any]) -> bool:
    return bool(figure["ratio"]) and list(figure["of"])[-1] == "mitmdump"


def _row(figure: dict[str, Any]) -> tuple[str, float, float, float]:
    """Name, ratio, the lowest and the highest of a round."""
    ratio, ratios = figure["ratio"], figure["ratios"]
    if figure["unit"] in _LESS_IS_BETTER:
        ratio, ratios = 1 / ratio, [1 / each for each in ratios]
    return f"{figure['part']}: {figure['case']}", ratio, min(ratios), max(ratios)


def _svg(rows: list[tuple[str, float, float, float]], versions: str) -> str:
    most = max([1.2, *(high for _, _, _, high in rows)])
    scale = (_WIDTH - _LEFT - _RIGHT) / most
    height = _TOP + len(rows) * _ROW + _BOTTOM
    made = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>',
        '<text x="16" y="24" font-size="15" font-weight="bold">With every rule and the recording on, beside bare mitmdump</text>',
        f'<text x="16" y="44" fill="#555">1.0 is mitmdump; more is better; lines: the rounds. {html.escape(versions)}</text>',
    ]
    for number, (name, ratio, low, high) in enumerate(rows):
        y = _TOP + number * _ROW
        middle = y + _BAR / 2
        colour = "#888" if name.startswith(_OTHERS) else "#07a35a" if ratio >= 1 else "#d9822b"
        made += [
            f'<text x="{_LEFT - 8}" y="{y + 11}" text-anchor="end">{html.escape(name)}</text>',
            f'<rect x="{_LEFT}" y="{y}" width="{ratio * scale:.1f}" height="{_BAR}" fill="{colour}"/>',
            f'<path d="M{_LEFT + low * scale:.1f} {middle}H{_LEFT + high * scale:.1f}" stroke="#333"/>',
            f'<text x="{_LEFT + max(ratio, high) * scale + 6:.1f}" y="{y + 11}">{ratio:.2f}</text>',
        ]
    line = _LEFT + scale
    made.append(f'<path d="M{line:.1f} {_TOP - 6}V{height - _BOTTOM}" stroke="#000" stroke-dasharray="4 3"/>')
    made.append(f'<text x="{line:.1f}" y="{height - 12}" text-anchor="middle">1.0</text></svg>\n')
    return "\n".join(made)
