def score_labels(model: Any, prompt: list[int], labels: list[list[int]]) -> Tensor:
    scores = []
    for label in labels:
        with torch.no_grad():
            logits = model(torch.tensor([prompt + label])).logits[0]  # (T, vocabulary)
        logs = torch.log_softmax(logits, dim=-1)
        places = torch.arange(len(prompt) - 1, len(prompt) + len(label) - 1)
        scores.append(logs[places, torch.tensor(label)].mean())
    return torch.stack(scores)
