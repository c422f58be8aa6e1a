"""Reporting's ports made real."""
