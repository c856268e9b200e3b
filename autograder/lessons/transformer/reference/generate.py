@torch.no_grad()  # writing needs no gradients: less memory, less time
def generate(
    model: Callable,
    ids: Tensor,
    max_new_tokens: int,
    choose: Callable[[Tensor], Tensor],
    stop: int | None = None,
) -> Tensor:
    new, cache = ids, None
    ended = torch.zeros(len(ids), dtype=torch.bool)
    for _ in range(max_new_tokens):
        logits, cache = model(new, cache)
        token = choose(logits[:, -1])
        if stop is not None:
            token = token.masked_fill(ended, stop)
            ended = ended | (token == stop)
        new = token[:, None]  # all that the next call has to read
        ids = torch.cat([ids, new], dim=1)
        if ended.all():
            break
    return ids
