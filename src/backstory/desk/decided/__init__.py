"""What people decide about stories, threads, names and lines: one module each, and the log that they all write to."""
