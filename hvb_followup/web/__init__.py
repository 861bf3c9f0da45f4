"""The HTTP doors for people and machines: thin handlers and the screens they answer with."""
