def load_checkpoint(folder: str) -> nn.Module:
    config = LlamaConfig.from_pretrained(folder)
    state = load_file(Path(folder) / "model.safetensors")
    if "lm_head.weight" in state:
        config.tie_word_embeddings = False
    elif config.tie_word_embeddings:
        state["lm_head.weight"] = state["model.embed_tokens.weight"]
    model = TinyLlama(config)
    model.load_state_dict(state)
    return model.eval()
