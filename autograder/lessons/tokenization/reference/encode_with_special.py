def encode_with_special(
    text: str, merges: list[Pair], special: dict[str, int], allowed: set[str]
) -> list[int]:
    if not allowed:
        return encode_text(text, merges)
    pattern = "(" + "|".join(re.escape(token) for token in allowed) + ")"
    ids = []
    for part in re.split(pattern, text):
        ids += [special[part]] if part in allowed else encode_text(part, merges)
    return ids
