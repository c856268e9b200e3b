def softmax(x: Tensor, dim: int) -> Tensor:
    shifted = x - x.amax(dim=dim, keepdim=True)  # the largest becomes 0: exp cannot overflow
    weights = torch.exp(shifted)
    return weights / weights.sum(dim=dim, keepdim=True)
