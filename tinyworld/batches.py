"""Batches: which documents a step of training sees, and which of their tokens count.

A batch depends on (preset, seed, stage, step) alone. A run that was killed asks for the same
batches again, and worker processes may prepare them in any order.
"""

from array import array
from dataclasses import dataclass

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerFast

from tinyworld import corpus, dialogs, instructions
from tinyworld.draw import Draw
from tinyworld.encode import Encoder
from tinyworld.recipe import RAW_STAGES, Preset
from tinyworld.tokens import ASSISTANT_TOKEN, END_OF_TEXT, END_OF_TURN, USER_TOKEN

IGNORED = -100
"""Label of tokens that do not count."""
MISSES = 6
"""A batch is full when this many documents in turn have found no place; rows may stay empty."""
RAW_SHARE = {"instruct": 0.25, "chat": 0.25}
"""Part of the documents of tuning that are raw text, against forgetting."""
INSTRUCTION_SHARE = {"instruct": 1.0, "chat": 0.35}
"""Part of the conversations of tuning that are single instructions."""


@dataclass(frozen=True)
class Row:
    """Tokens of one document and, for each, whether the model is trained to say it."""

    ids: list[int]
    counts: list[bool]


class Documents(torch.utils.data.Dataset[tuple[Tensor, Tensor]]):
    """Step → (inputs, labels), both (rows, row_tokens)."""

    def __init__(
        self, preset: Preset, stage: str, seed: int, tokenizer: PreTrainedTokenizerFast
    ) -> None:
        self.preset, self.stage, self.seed = preset, stage, seed
        self.encode = Encoder(tokenizer)
        vocabulary = tokenizer.get_vocab()
        self.end, self.turn = vocabulary[END_OF_TEXT], vocabulary[END_OF_TURN]
        self.user, self.assistant = vocabulary[USER_TOKEN], vocabulary[ASSISTANT_TOKEN]

    def __len__(self) -> int:
        return self.preset.steps[self.stage]

    def __getitem__(self, step: int) -> tuple[Tensor, Tensor]:
        rows = self.pack(Draw(f"{self.seed}/{self.stage}/{step}"), step)
        width = self.preset.row_tokens
        inputs = torch.full((len(rows), width + 1), self.end)
        labels = torch.full((len(rows), width + 1), IGNORED)
        for i, row in enumerate(rows):
            ids = torch.tensor(row.ids, dtype=torch.long)
            inputs[i, : len(ids)] = ids
            counts = torch.tensor(row.counts, dtype=torch.bool)  # also where the row is empty
            labels[i, : len(ids)] = torch.where(counts, ids, IGNORED)
        return inputs[:, :-1], labels[:, 1:]

    def pack(self, d: Draw, step: int) -> list[Row]:
        """Whole documents, each in the fullest row that has room for it."""
        rows = [Row([], []) for _ in range(self.preset.rows)]
        misses = 0
        while misses < MISSES:
            made = self.document(d, step)
            if len(made.ids) > self.preset.row_tokens + 1:
                continue  # too long for any row
            room = [self.preset.row_tokens + 1 - len(row.ids) - len(made.ids) for row in rows]
            fitting = [i for i, left in enumerate(room) if left >= 0]
            if not fitting:
                misses += 1
                continue
            misses = 0
            best = min(fitting, key=lambda i: room[i])
            rows[best].ids.extend(made.ids)
            rows[best].counts.extend(made.counts)
        return rows

    def document(self, d: Draw, step: int) -> Row:
        """One document of this stage, with the mark that ends it.

        The first of a row has no mark before it, as a prompt has none.
        """
        if self.stage in RAW_STAGES:
            return self._raw(corpus.document(d, self.preset.mixture(self.stage, step)))
        if d.chance(RAW_SHARE[self.stage]):
            return self._raw(corpus.document(d, corpus.REFINING))
        if d.chance(INSTRUCTION_SHARE[self.stage]):
            made = instructions.draw(d)
            return self._conversation([dialogs.Turn(made.request, made.answer)])
        return self._conversation(dialogs.draw(d))

    def _raw(self, text: str) -> Row:
        ids = [*self.encode(text), self.end]
        return Row(ids, [True] * len(ids))

    def _conversation(self, turns: list[dialogs.Turn]) -> Row:
        row = Row([], [])
        for turn in turns:
            asked, said = self.encode(turn.user), self.encode(turn.assistant)
            self._add(row, [self.user, *asked, self.turn, self.assistant], False)
            self._add(row, [*said, self.turn], True)
        self._add(row, [self.end], True)
        return row

    @staticmethod
    def _add(row: Row, ids: "list[int] | array[int]", counts: bool) -> None:
        row.ids.extend(ids)
        row.counts.extend([counts] * len(ids))
