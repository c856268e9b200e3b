def keep_best(log: list[dict[str, Any]]) -> dict[str, Any]:
    best = max(log, key=lambda row: row["dev"])
    return {**best, "gap": best["dev"] - best["test"]}
