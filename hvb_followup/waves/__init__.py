"""Who is asked what, when: pure dates; it never knows who answered."""
