"""Grades papers, checks the key against the evidence, and speaks to the terminal."""
