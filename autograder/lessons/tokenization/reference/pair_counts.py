def pair_counts(words: dict[tuple[int, ...], int]) -> dict[Pair, int]:
    counts: Counter[Pair] = Counter()
    for ids, count in words.items():
        for pair in pairwise(ids):
            counts[pair] += count
    return dict(counts)
