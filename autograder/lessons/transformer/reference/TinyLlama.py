class TinyLlama(nn.Module):
    def __init__(self, config: LlamaConfig) -> None:
        super().__init__()
        able = {  # what this model can do
            "model_type": "llama",
            "hidden_act": "silu",
            "attention_bias": False,
            "mlp_bias": False,
            "head_dim": config.hidden_size // config.num_attention_heads,
            "sliding_window": None,
            "is_causal": True,
            "rope_type": "default",
        }
        asked = {name: getattr(config, name, able[name]) for name in able} | config.rope_parameters
        for name, value in able.items():
            if asked[name] != value:
                raise ValueError(f"{name} {asked[name]!r} is not supported: only {value!r} is.")
        blocks = [Block(config) for _ in range(config.num_hidden_layers)]
        self.model = nn.ModuleDict()
        self.model["embed_tokens"] = nn.Embedding(config.vocab_size, config.hidden_size)
        self.model["layers"] = nn.ModuleList(blocks)
        self.model["norm"] = RMSNorm(config.hidden_size, config.rms_norm_eps)
        self.lm_head = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        if config.tie_word_embeddings:
            self.lm_head.weight = self.model["embed_tokens"].weight

    def forward(
        self, ids: Tensor, cache: list[tuple[Tensor, Tensor]] | None = None
    ) -> tuple[Tensor, list[tuple[Tensor, Tensor]]]:
        x = self.model["embed_tokens"](ids)  # (B, T, width)
        kept = []
        for i, block in enumerate(self.model["layers"]):
            x, block_cache = block(x, None if cache is None else cache[i])
            kept.append(block_cache)
        return self.lm_head(self.model["norm"](x)), kept
