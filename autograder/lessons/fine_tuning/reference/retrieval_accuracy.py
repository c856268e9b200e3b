def retrieval_accuracy(queries: Tensor, candidates: Tensor, right: Tensor) -> float:
    nearest = given.cosine_similarity(queries, candidates).argmax(dim=1)
    return float((nearest == right).float().mean())
