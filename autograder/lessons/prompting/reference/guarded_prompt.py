def guarded_prompt(review: str) -> str:
    shown = tasks.examples("attacked", "mine", 8)
    lines = [f"Review: {text} Sentiment: {answer}" for text, answer in shown]
    return "\n\n".join([*lines, f"Review: {review} Sentiment:"])
