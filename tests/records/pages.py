"""Reading an HTML page as a browser and a screen reader do: elements, attributes, texts."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "br", "hr", "img", "input", "link", "!doctype"}


@dataclass
class Page(HTMLParser):
    """Every start tag with its attributes, and every text with the elements it stands in."""

    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    texts: list[tuple[tuple[str, ...], str]] = field(default_factory=list)
    path: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.path.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.path.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((tuple(self.path), data))

    def named(self, tag: str) -> list[dict[str, str]]:
        """Attributes of all elements of one kind."""
        return [attrs for name, attrs in self.tags if name == tag]

    def text(self, tag: str = "") -> str:
        """The text inside elements of one kind."""
        return "".join(text for path, text in self.texts if not tag or tag in path)


def parse(html: str) -> Page:
    """The page, every element closed."""
    page = Page()
    page.feed(html)
    page.close()
    assert page.path == []
    return page


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours `#rgb` or `#rrggbb` (WCAG 2.2, 1.4.3)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(2 * d for d in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
