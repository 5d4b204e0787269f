"""Visiting a web address that somebody wrote: safely, politely, and with an end to it.

It knows nothing of lists. `fetch.LinkFetcher` looks at one address, `title_worker.read_title` at what
came of it, `title_match.compare_titles` says whether two titles mean the same thing."""
