"""The health of links: which are due (`crawl`), what a visit means (`evaluate`), what follows from it (`record`)."""
