def confusion_matrix(predicted: Tensor, labels: Tensor, classes: int) -> Tensor:
    counts = torch.zeros(classes, classes, dtype=torch.long)
    for label, guess in zip(labels.tolist(), predicted.tolist(), strict=True):
        counts[label, guess] += 1
    return counts
