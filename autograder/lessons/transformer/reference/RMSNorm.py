class RMSNorm(nn.Module):
    def __init__(self, width: int, eps: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        mean = x.pow(2).mean(dim=-1, keepdim=True)  # (..., 1)
        return self.weight * (x / torch.sqrt(mean + self.eps))
