"""What measures the project itself: the judging, the attacks on the grader, speed, parity."""
