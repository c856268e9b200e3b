"""What submissions may try: working examples of every class, run by `autograder attack`."""
