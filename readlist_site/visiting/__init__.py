"""Visiting a web address that somebody wrote: safely, politely, and with an end to it.

It knows nothing of lists. `fetch.visit` looks at one address, `title.read` at what came of it, `compare.compare` says
whether two titles mean the same thing."""
