"""The desk: the second HTTP door, where named reviewers outside every home and provider read what is sealed to it.

The only room that opens sealed text. It is started by a person with a passphrase, listens on this machine only, and
must never know an answer, a code, or a key of the counter's or the web's.
"""
