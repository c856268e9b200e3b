"""Measuring what a model can do, on prompts drawn fresh from a seed."""
