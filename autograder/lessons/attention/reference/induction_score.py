def induction_score(weights: Tensor, ids: Tensor) -> float:
    latest: dict[int, int] = {}  # token -> its latest position so far
    looks = []
    for position, token in enumerate(ids.tolist()):
        if token in latest:
            looks.append(weights[position, latest[token] + 1].item())
        latest[token] = position
    return sum(looks) / len(looks)
