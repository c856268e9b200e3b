def balanced_sample(labels: Tensor, per_class: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    chosen = []
    for label in labels.unique():
        places = (labels == label).nonzero().flatten()
        order = torch.randperm(len(places), generator=generator)
        chosen.append(places[order[:per_class]])
    return torch.cat(chosen)
