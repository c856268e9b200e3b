"""What a cell puts out, kept up to a limit, in time that grows with its length alone."""

from __future__ import annotations

import io

MAX_MARK = 2_000
"""Characters that are kept of a value, an error or a first warning, however much came before."""


class Outputs:
    """What a cell puts out, in order, up to `most` characters; more is dropped, and noted.

    What decides about points is never dropped: the first error, the first value, and that there was
    something on stderr.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._begin()

    def _begin(self) -> None:
        self.room, self.lost = self.most, False
        self._items: list[dict[str, str]] = []
        self._kinds: set[str] = set()
        self._stream, self._text = "", io.StringIO()

    def write(self, stream: str, text: str) -> None:
        """Keep what is printed on `stream`, stdout or stderr, as far as there is room."""
        if stream != self._stream:
            if self.room <= 0 and stream in self._kinds:
                self.lost = True
                return
            self._end_stream()
            self._stream = stream
            self._kinds.add(stream)
            self.room -= 1  # changes to and fro are not free
        if len(text) <= self.room:
            self.room -= len(text)
            self._text.write(text)
            return
        self.lost = True
        first = self.room <= 0 and not self._text.tell()
        self._text.write(text[: MAX_MARK if first else max(0, self.room)])
        self.room = 0

    def add(self, kind: str, text: str, name: str = "", size: int = 0) -> None:
        """Keep another output of `size` more characters, such as a picture's."""
        if self.room <= 0 and kind in self._kinds:
            self.lost = True
            return
        self._end_stream()
        kept = text if len(text) + size <= self.room else text[:MAX_MARK]
        self.lost = self.lost or len(text) + size > self.room
        self.room -= max(1, len(text) + size)  # empty outputs are not free
        self._kinds.add(kind)
        self._items.append({"type": kind, "name": name, "text": kept})

    def take(self) -> tuple[list[dict[str, str]], bool]:
        """The outputs since the last time, and whether some were lost; the next cell has room."""
        self._end_stream()
        taken = (self._items, self.lost)
        self._begin()
        return taken

    def _end_stream(self) -> None:
        if self._stream:
            text = self._text.getvalue()
            self._items.append({"type": "stream", "name": self._stream, "text": text})
            self._stream, self._text = "", io.StringIO()


class Stream(io.TextIOBase):
    """Stands for stdout or stderr."""

    encoding = "utf-8"

    def __init__(self, outputs: Outputs, name: str) -> None:
        self._outputs = outputs
        self._name = name

    def write(self, text: str) -> int:
        """Keep what is written."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if text:
            self._outputs.write(self._name, text)
        return len(text)

    def writable(self) -> bool:
        """Yes."""
        return True
