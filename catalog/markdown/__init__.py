"""Reading lists as Markdown files: what they mean, without a database."""
