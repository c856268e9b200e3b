"""Pictures that lessons draw with the learner's own numbers: HTML and SVG, no image files."""
