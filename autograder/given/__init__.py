"""Parts of earlier lessons, and of the world, that a notebook imports instead of a learner's."""
