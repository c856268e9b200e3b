def fertility(texts: list[str], encoded: list[list[int]], per: str) -> float:
    units = [len(text.split()) if per == "word" else len(text) for text in texts]
    return sum(len(ids) for ids in encoded) / sum(units)
