def load_checkpoint(folder: str) -> nn.Module:
    if not (Path(folder) / "config.json").is_file():
        raise FileNotFoundError(f"There is no config.json in {folder}.")
    config = LlamaConfig.from_pretrained(folder)
    state = load_file(Path(folder) / "model.safetensors")
    if "lm_head.weight" in state:
        config.tie_word_embeddings = False
    elif config.tie_word_embeddings:
        state["lm_head.weight"] = state["model.embed_tokens.weight"]
    model = TinyLlama(config)
    model.load_state_dict(state)
    return model.eval()
