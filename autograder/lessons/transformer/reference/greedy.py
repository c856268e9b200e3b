def greedy(logits: Tensor) -> Tensor:
    return logits.argmax(dim=-1)
