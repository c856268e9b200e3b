"""Courses, their notebooks and submissions: read safely, build, rebuild."""
