"""What the articles of a desk make together: one name for each person, copies, stories, threads; kept as rows."""
