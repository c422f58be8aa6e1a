"""Figures beside their baselines, measured in the same run on the same stack."""
