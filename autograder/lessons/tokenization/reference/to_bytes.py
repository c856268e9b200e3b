def to_bytes(text: str) -> list[int]:
    return list(text.encode("utf-8"))
