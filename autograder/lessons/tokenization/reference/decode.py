def decode(ids: list[int], merges: list[Pair]) -> str:
    token = {BYTE_TO_ID[byte]: bytes([byte]) for byte in range(256)}
    for new_id, (left, right) in enumerate(merges, 256):
        token[new_id] = token[left] + token[right]
    return b"".join(token[i] for i in ids).decode("utf-8", errors="replace")
