def scratchpad_prompt(question: str) -> str:
    return f"Question: {question}\nLet's think step by step."
