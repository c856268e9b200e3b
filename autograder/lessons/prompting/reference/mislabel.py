def mislabel(examples: list[Example], labels: tuple[str, str], count: int) -> list[Example]:
    other = {labels[0]: labels[1], labels[1]: labels[0]}
    changed = [(text, other[label]) for text, label in examples[:count]]
    return changed + examples[count:]
