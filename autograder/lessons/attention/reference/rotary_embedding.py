def rotary_embedding(x: Tensor, positions: Tensor, theta: float = 10000.0) -> Tensor:
    size = x.shape[-1]
    speeds = theta ** (-torch.arange(0, size, 2) / size)  # (D/2,)
    angles = positions[:, None] * speeds  # (T, D/2)
    cos, sin = angles.cos(), angles.sin()
    a, b = x.chunk(2, dim=-1)  # two halves, (B, H, T, D/2) each
    return torch.cat([a * cos - b * sin, a * sin + b * cos], dim=-1)
