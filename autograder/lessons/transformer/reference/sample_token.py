def sample_token(logits: Tensor, generator: torch.Generator) -> Tensor:
    chances = logits.softmax(dim=-1)
    return torch.multinomial(chances, 1, generator=generator)[:, 0]
