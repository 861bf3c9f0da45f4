"""Safeguarding: who may be told that somebody asks for help, by when it must be taken, and whether help lines are fresh.

Pure rules. It must never know what anybody has written, or who asks: a case is an urgency and an instant here.
"""
