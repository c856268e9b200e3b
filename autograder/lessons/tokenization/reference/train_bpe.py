def train_bpe(text: str, num_merges: int) -> list[Pair]:
    words = word_counts(text)
    merges: list[Pair] = []
    for new_id in range(256, 256 + num_merges):
        counts = pair_counts(words)
        if not counts:
            break
        best = min(counts, key=lambda pair: (-counts[pair], pair))
        words = {tuple(merge(list(word), best, new_id)): n for word, n in words.items()}
        merges.append(best)
    return merges
