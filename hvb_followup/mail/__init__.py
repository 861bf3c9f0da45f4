"""Messages out: e-mail over SMTP, and SMS through any gateway that takes a request. Nothing else leaves from here.

A room that knows addresses and texts for as long as a message is on its way, and writes neither in any log or error.
"""
