def improve_prompt() -> list[dict[str, str]]:
    asked = "Review: {text}\nSentiment:"
    shots = tasks.examples("judged", "mine", 8)
    shown = build_prompt("", shots, "{text}", ("Review", "Sentiment"))
    rows = [
        ("", "as it was", asked),
        (
            "it may not know the two labels",
            "a line of labels",
            f"Labels: negative, positive\n{asked}",
        ),
        ("examples show what counts", "eight examples", shown),
        ("it can be told what counts", "a line that says it", f"Only the price counts.\n{asked}"),
        ("telling and showing add up", "both", f"Only the price counts.\n{shown}"),
    ]
    return [{"hypothesis": h, "change": c, "template": t} for h, c, t in rows]
