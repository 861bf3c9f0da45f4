"""Figures of speed and size, each printed beside its limit and beside the machine's own limit in the same run."""
