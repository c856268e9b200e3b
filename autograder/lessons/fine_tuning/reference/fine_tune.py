def fine_tune(
    model: nn.Module,
    examples: list[dict[str, Any]],
    epochs: int,
    learning_rate: float,
    batch_size: int,
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = TrainingArguments(
            output_dir=folder,
            num_train_epochs=epochs,
            learning_rate=learning_rate,
            per_device_train_batch_size=batch_size,
            train_sampling_strategy="group_by_length",
            save_strategy="no",
            report_to="none",
            disable_tqdm=True,
            use_cpu=True,
            seed=0,
        )
        trainer = Trainer(
            model=model, args=settings, train_dataset=examples, data_collator=given.collate
        )
        trainer.train()
