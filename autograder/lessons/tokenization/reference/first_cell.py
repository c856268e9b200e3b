import heapq
import itertools
import re
import statistics
import unicodedata
from collections import Counter, defaultdict
from functools import cache
from itertools import pairwise

import regex

Pair = tuple[int, int]
from autograder.given import tokenization as given
from autograder.given.tokenization import (
    BYTE_LEVEL,
    BYTE_TO_CHAR,
    BYTE_TO_ID,
    MATCH_EXACTLY,
    PARALLEL,
    STORY,
    PairCounts,
    encode_text,
    word_counts,
)
