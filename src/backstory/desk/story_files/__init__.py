"""A story as a file: all that can be cited of it collected, then written as JSON, Markdown or HTML."""
