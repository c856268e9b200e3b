import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.given import attention as given
