"""Makes the model that reads the news: see docs/model.md."""
