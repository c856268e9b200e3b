"""The commands of `autograder`: one module for each verb, with `add` and `run`."""
