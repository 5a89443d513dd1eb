"""The page as a test looks at it: sizes and languages, and what an element shows."""

import json

DESKTOP, PHONE = (1280, 900), (390, 844)
BOTH = [(lang, size) for lang in ("zh", "en") for size in (DESKTOP, PHONE)]
IDS = [f"{lang}-{size[0]}" for lang, size in BOTH]


def text(page, selector):
    return page.run(f"document.querySelector({json.dumps(selector)})?.innerText ?? ''")


def count(page, selector):
    return page.run(f"document.querySelectorAll({json.dumps(selector)}).length")


def click(page, words):
    """Clicks the first button with these words, once there is one."""
    page.wait_until(
        f"[...document.querySelectorAll('button')].some(each => each.innerText.includes({json.dumps(words)}))"
    )
    page.run(
        f"[...document.querySelectorAll('button')].find(each => each.innerText.includes({json.dumps(words)})).click()"
    )
