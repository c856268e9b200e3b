"""Results kept: progress, gradebook, feedback, reports."""
