def token_premium(encoded: list[list[int]], reference: list[list[int]]) -> float:
    return sum(map(len, encoded)) / sum(map(len, reference))
