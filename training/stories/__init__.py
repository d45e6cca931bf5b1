"""Makes the model that says whether two articles are of one story."""
