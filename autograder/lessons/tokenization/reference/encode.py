def encode(text: str, merges: list[Pair]) -> list[int]:
    ranks = {pair: rank for rank, pair in enumerate(merges)}
    encoded = []
    for word in pre_tokenize(text):
        ids = [BYTE_TO_ID[byte] for byte in to_bytes(word)]
        while len(ids) > 1:
            best = min(pairwise(ids), key=lambda pair: ranks.get(pair, len(merges)))
            if best not in ranks:
                break
            ids = merge(ids, best, 256 + ranks[best])
        encoded += ids
    return encoded
