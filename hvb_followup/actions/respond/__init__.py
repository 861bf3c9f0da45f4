"""Errands of the young person: enter a code, save, finish, take back. None of them leaves an audit row, a time or a log line."""
