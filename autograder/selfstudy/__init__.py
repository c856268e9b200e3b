"""For a learner at home: the full grade, worked solutions, and what is wrong with a machine."""
