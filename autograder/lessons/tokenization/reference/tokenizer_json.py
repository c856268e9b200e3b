def tokenizer_json(merges: list[Pair], special: dict[str, int]) -> dict:
    tokens = sorted(BYTE_TO_CHAR.values())
    for left, right in merges:
        tokens.append(tokens[left] + tokens[right])
    return {
        "version": "1.0",
        "added_tokens": [
            {"id": i, "content": token, "special": True} | MATCH_EXACTLY
            for token, i in special.items()
        ],
        "pre_tokenizer": BYTE_LEVEL,
        "decoder": BYTE_LEVEL,
        "model": {
            "type": "BPE",
            "vocab": {token: i for i, token in enumerate(tokens)},
            "merges": [[tokens[left], tokens[right]] for left, right in merges],
        },
    }
