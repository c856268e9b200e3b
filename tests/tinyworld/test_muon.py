"""Muon: PyTorch's own, in the precision that is asked for."""

from collections.abc import Callable

import pytest
import torch

from tinyworld.muon import Muon


@pytest.mark.parametrize("shape", [(6, 6), (5, 9), (12, 4)])
def test_muon_is_the_muon_of_pytorch(shape: tuple[int, int]) -> None:
    """In 16 bits to the last bit; in 32 bits it goes the same way."""
    torch.manual_seed(0)
    first, gradients = torch.randn(shape), torch.randn(4, *shape)

    def after_steps(make: Callable[[torch.Tensor], torch.optim.Optimizer]) -> torch.Tensor:
        weight = first.clone().requires_grad_()
        optimizer = make(weight)
        for gradient in gradients:
            weight.grad = gradient.clone()
            optimizer.step()
        return weight.detach()

    theirs = after_steps(lambda weight: torch.optim.Muon([weight], 0.02, 0.1))
    short = after_steps(lambda weight: Muon([weight], 0.02, 0.1, torch.bfloat16))
    exact = after_steps(lambda weight: Muon([weight], 0.02, 0.1, torch.float32))
    assert torch.equal(short, theirs)
    assert not torch.equal(exact, theirs)
    assert torch.allclose(exact, theirs, atol=2e-3)
