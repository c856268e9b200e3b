def temperature(logits: Tensor, value: float) -> Tensor:
    if value <= 0:
        raise ValueError(f"the temperature must be above 0, not {value}; use greedy instead")
    return logits / value
