"""An invented nation, loaded through the same errands as anything else. Nothing in it is real."""
