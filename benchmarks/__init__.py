"""Speed, memory and growth, each beside a peer or a baseline in the same run."""
