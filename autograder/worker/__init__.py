"""Where a learner's code runs. Imports nothing of the project but `autograder.wire`."""
