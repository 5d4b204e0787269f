"""Fetching of URLs that people entered, with limits on targets, time and size.

It doesn't depend on the catalogue. `fetch.LinkFetcher` fetches one URL, `title_worker.read_title` reads the title of
the result, `title_match.compare_titles` compares it with expected titles."""
