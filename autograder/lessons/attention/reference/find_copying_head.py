def find_copying_head(weights: Tensor, ids: Tensor) -> tuple[int, int]:
    layers, heads = weights.shape[:2]
    places = [(layer, head) for layer in range(layers) for head in range(heads)]
    return max(places, key=lambda place: induction_score(weights[place], ids))
