def pre_tokenize(text: str) -> list[str]:
    endings = r"'s|'t|'re|'ve|'m|'ll|'d"
    runs = r" ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+"
    return regex.findall(rf"{endings}|{runs}|\s+(?!\S)|\s+", text)
