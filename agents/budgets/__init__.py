"""Budgets against actuals: variances with their reasons."""
