def macro_f1(predicted: Tensor, labels: Tensor, classes: int) -> float:
    total = 0.0
    for c in range(classes):
        named, real = predicted == c, labels == c
        hits = int((named & real).sum())
        if hits:
            total += 2 * hits / int(named.sum() + real.sum())
    return total / classes
