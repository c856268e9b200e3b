def accuracy(predicted: Tensor, labels: Tensor) -> float:
    return float((predicted == labels).float().mean())
