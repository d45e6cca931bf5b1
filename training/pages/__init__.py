"""The page model: which lines of a saved page are the article's body."""
