"""From a value to a verdict to a sentence."""
