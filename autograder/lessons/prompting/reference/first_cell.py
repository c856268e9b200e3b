import re
import statistics
from collections import Counter
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.given import prompting as given
from autograder.given import tasks

Example = tuple[str, str]
