"""One scorer a task: each prints its figure, its floor and its peers' figures from the same run."""
