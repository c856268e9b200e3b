def split_heads(x: Tensor, heads: int) -> Tensor:
    batch, tokens, width = x.shape
    x = x.reshape(batch, tokens, heads, width // heads)  # (B, T, H, D)
    return x.transpose(1, 2)  # (B, H, T, D)
