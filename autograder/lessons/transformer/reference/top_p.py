def top_p(logits: Tensor, p: float) -> Tensor:
    ordered, places = logits.sort(dim=-1, descending=True)
    chances = ordered.softmax(dim=-1)
    before = chances.cumsum(dim=-1) - chances  # what the likelier tokens sum to
    drop = before >= p  # in sorted order
    drop = drop.scatter(-1, places, drop)  # in the tokens' own places
    return logits.masked_fill(drop, float("-inf"))
