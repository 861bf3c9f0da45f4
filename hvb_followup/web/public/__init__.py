"""Everybody's door: pages and open data, made of released figures and of nothing else."""
