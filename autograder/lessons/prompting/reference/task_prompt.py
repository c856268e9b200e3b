def task_prompt(task: str, text: str) -> str:
    if task == "question":
        return f"{text}\nAnswer:"
    if task == "summary":
        return f"{text}\nSummary:"
    return build_prompt("", tasks.examples(task, "mine", 6), text)
