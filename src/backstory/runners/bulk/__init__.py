"""The bulk path: a crawl in, Parquet tables of the contract out, by Daft on this machine or on a Ray cluster."""
