def build_prompt(
    instruction: str,
    examples: list[Example],
    query: str,
    cues: tuple[str, str] = ("Input", "Output"),
) -> str:
    asks, answers = cues
    blocks = [f"{asks}: {text}\n{answers}: {answer}" for text, answer in examples]
    blocks.append(f"{asks}: {query}\n{answers}:")
    heading = f"{instruction}\n" if instruction else ""
    return heading + "\n\n".join(blocks)
