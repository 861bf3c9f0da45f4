"""Data at the edge of what a method can bear, through every public function of comparison and outcomes."""
