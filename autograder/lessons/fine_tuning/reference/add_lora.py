def add_lora(encoder: nn.Module, names: list[str], rank: int, alpha: float) -> int:
    encoder.requires_grad_(False)
    for module in list(encoder.modules()):
        for name, child in list(module.named_children()):
            if name in names and isinstance(child, nn.Linear):
                setattr(module, name, given.LoRALinear(child, rank, alpha))
    return sum(p.numel() for p in encoder.parameters() if p.requires_grad)
