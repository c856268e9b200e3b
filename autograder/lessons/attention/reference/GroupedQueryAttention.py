class GroupedQueryAttention(nn.Module):
    def __init__(self, width: int, heads: int, kv_heads: int, theta: float = 10000.0) -> None:
        super().__init__()
        self.heads, self.kv_heads, self.theta = heads, kv_heads, theta
        kv_width = kv_heads * (width // heads)
        self.q_proj = nn.Linear(width, width, bias=False)
        self.k_proj = nn.Linear(width, kv_width, bias=False)
        self.v_proj = nn.Linear(width, kv_width, bias=False)
        self.o_proj = nn.Linear(width, width, bias=False)

    def forward(
        self, x: Tensor, cache: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        start = 0 if cache is None else cache[0].shape[2]
        positions = torch.arange(start, start + x.shape[1])
        q = rotary_embedding(split_heads(self.q_proj(x), self.heads), positions, self.theta)
        k = rotary_embedding(split_heads(self.k_proj(x), self.kv_heads), positions, self.theta)
        v = split_heads(self.v_proj(x), self.kv_heads)
        if cache is not None:
            k, v = torch.cat([cache[0], k], dim=2), torch.cat([cache[1], v], dim=2)
        group = self.heads // self.kv_heads
        keys = k.repeat_interleave(group, dim=1)  # (B, heads, S, D)
        values = v.repeat_interleave(group, dim=1)
        mask = causal_mask(q.shape[2], keys.shape[2])
        attended = scaled_dot_product_attention(q, keys, values, mask)
        return self.o_proj(merge_heads(attended)), (k, v)
