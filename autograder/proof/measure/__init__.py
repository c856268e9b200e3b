"""The bars of grading, each measured by a command that anyone can run again: `autograder bench`."""
