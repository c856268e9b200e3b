def calibrate(scores: Tensor, content_free: Tensor) -> Tensor:
    prior = torch.softmax(content_free, dim=-1).mean(dim=0)  # (labels,)
    ratios = torch.softmax(scores, dim=-1) / prior  # (N, labels)
    return ratios / ratios.sum(dim=-1, keepdim=True)
