def parse_answer(text: str, labels: list[str]) -> str | None:
    line = next((line for line in text.splitlines() if line.strip()), "")
    best, best_start = None, len(line)
    for label in labels:
        found = re.search(rf"\b{re.escape(label)}\b", line, re.IGNORECASE)
        if found and found.start() < best_start:
            best, best_start = label, found.start()
    return best
