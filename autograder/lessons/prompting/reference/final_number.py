def final_number(text: str) -> int | None:
    numbers = re.findall(r"[0-9]+", text)
    return int(numbers[-1]) if numbers else None
