def merge_lora(layer: Any) -> nn.Linear:
    base = layer.base
    merged = nn.Linear(base.in_features, base.out_features, bias=base.bias is not None)
    with torch.no_grad():
        merged.weight.copy_(base.weight + layer.scale * layer.b @ layer.a)
        if base.bias is not None:
            merged.bias.copy_(base.bias)
    return merged
