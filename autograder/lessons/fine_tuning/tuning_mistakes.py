"""How full fine-tuning goes wrong."""

from __future__ import annotations

import tempfile
from typing import Any

from transformers import Trainer, TrainingArguments

from autograder.exercise import Mistake
from autograder.given import fine_tuning as given


def tune_encoder_frozen(
    model: Any, examples: Any, epochs: int, learning_rate: float, batch_size: int
) -> None:
    model.encoder.requires_grad_(False)
    with tempfile.TemporaryDirectory() as folder:
        settings = TrainingArguments(
            output_dir=folder,
            num_train_epochs=epochs,
            learning_rate=learning_rate,
            per_device_train_batch_size=batch_size,
            save_strategy="no",
            report_to="none",
            disable_tqdm=True,
            use_cpu=True,
        )
        trainer = Trainer(
            model=model, args=settings, train_dataset=examples, data_collator=given.collate
        )
        trainer.train()


def tune_head_frozen(
    model: Any, examples: Any, epochs: int, learning_rate: float, batch_size: int
) -> None:
    model.head.requires_grad_(False)
    with tempfile.TemporaryDirectory() as folder:
        settings = TrainingArguments(
            output_dir=folder,
            num_train_epochs=epochs,
            learning_rate=learning_rate,
            per_device_train_batch_size=batch_size,
            save_strategy="no",
            report_to="none",
            disable_tqdm=True,
            use_cpu=True,
        )
        trainer = Trainer(
            model=model, args=settings, train_dataset=examples, data_collator=given.collate
        )
        trainer.train()


def tune_not_started(
    model: Any, examples: Any, epochs: int, learning_rate: float, batch_size: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = TrainingArguments(
            output_dir=folder,
            num_train_epochs=epochs,
            learning_rate=learning_rate,
            per_device_train_batch_size=batch_size,
            save_strategy="no",
            report_to="none",
            disable_tqdm=True,
            use_cpu=True,
        )
        trainer = Trainer(
            model=model, args=settings, train_dataset=examples, data_collator=given.collate
        )
        trainer.evaluate(examples)


def tune_default_rate(
    model: Any, examples: Any, epochs: int, learning_rate: float, batch_size: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = TrainingArguments(
            output_dir=folder,
            num_train_epochs=epochs,
            per_device_train_batch_size=batch_size,
            save_strategy="no",
            report_to="none",
            disable_tqdm=True,
            use_cpu=True,
        )
        trainer = Trainer(
            model=model, args=settings, train_dataset=examples, data_collator=given.collate
        )
        trainer.train()


def tune_default_epochs(
    model: Any, examples: Any, epochs: int, learning_rate: float, batch_size: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = TrainingArguments(
            output_dir=folder,
            learning_rate=learning_rate,
            per_device_train_batch_size=batch_size,
            save_strategy="no",
            report_to="none",
            disable_tqdm=True,
            use_cpu=True,
        )
        trainer = Trainer(
            model=model, args=settings, train_dataset=examples, data_collator=given.collate
        )
        trainer.train()


def tune_default_batch(
    model: Any, examples: Any, epochs: int, learning_rate: float, batch_size: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = TrainingArguments(
            output_dir=folder,
            num_train_epochs=epochs,
            learning_rate=learning_rate,
            save_strategy="no",
            report_to="none",
            disable_tqdm=True,
            use_cpu=True,
        )
        trainer = Trainer(
            model=model, args=settings, train_dataset=examples, data_collator=given.collate
        )
        trainer.train()


def tune_epochs_as_steps(
    model: Any, examples: Any, epochs: int, learning_rate: float, batch_size: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = TrainingArguments(
            output_dir=folder,
            max_steps=epochs,
            learning_rate=learning_rate,
            per_device_train_batch_size=batch_size,
            save_strategy="no",
            report_to="none",
            disable_tqdm=True,
            use_cpu=True,
        )
        trainer = Trainer(
            model=model, args=settings, train_dataset=examples, data_collator=given.collate
        )
        trainer.train()


MISTAKES = (
    Mistake(
        "encoder frozen",
        tune_encoder_frozen,
        "the encoder's weights do not change, so this trains a probe. Leave them trainable.",
        ("every part moves",),
    ),
    Mistake(
        "head frozen",
        tune_head_frozen,
        "the head's weights do not change. Leave them trainable.",
        ("every part moves",),
    ),
    Mistake(
        "not started",
        tune_not_started,
        "no weight of the model changes. Call the Trainer's `train`, with the model itself and not "
        "with a copy of it.",
        ("every part moves",),
    ),
    Mistake(
        "default rate",
        tune_default_rate,
        "the learning rate is the Trainer's default, not the one you are given.",
        ("settings", "it learns"),
    ),
    Mistake(
        "default epochs",
        tune_default_epochs,
        "the number of epochs is the Trainer's default, not the one you are given.",
        ("settings", "it learns"),
    ),
    Mistake(
        "default batch",
        tune_default_batch,
        "the batch size is the Trainer's default, not the one you are given.",
        ("settings",),
    ),
    Mistake(
        "epochs as steps",
        tune_epochs_as_steps,
        "the epochs are counted as steps. An epoch is one pass over all examples.",
        ("settings", "it learns"),
    ),
)
