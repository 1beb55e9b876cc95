"""Renders evidence and grades; never computes them."""
