"""The processes of ``hvb serve``: the web, the jobs, and the parent that starts both with separate keys.

Each is a module of its own, so that none loads what another leans on.
"""
