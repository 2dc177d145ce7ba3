"""The report of a study: one HTML page and a Markdown file, with plots."""
