def majority_vote(answers: list[str | None]) -> str | None:
    votes = [answer for answer in answers if answer is not None]
    return Counter(votes).most_common(1)[0][0] if votes else None
