def train_bpe_fast(text: str, num_merges: int, counts: PairCounts) -> list[Pair]:
    words = [(list(word), n) for word, n in word_counts(text).items()]
    where = defaultdict(set)  # pair → the words that hold it, by their place in `words`
    for k, (ids, n) in enumerate(words):
        for pair in pairwise(ids):
            counts.add(pair, n)
            where[pair].add(k)
    merges: list[Pair] = []
    while len(merges) < num_merges and (best := counts.best()) is not None:
        for k in where.pop(best):
            ids, n = words[k]
            for pair in pairwise(ids):
                counts.add(pair, -n)
            words[k] = (merge(ids, best, 256 + len(merges)), n)
            for pair in pairwise(words[k][0]):
                counts.add(pair, n)
                where[pair].add(k)
        merges.append(best)
    return merges
