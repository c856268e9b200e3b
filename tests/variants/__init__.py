"""Other correct ways to write each exercise: every one must get full points."""
