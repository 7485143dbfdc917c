"""HTTP of the endpoint: the JSON API, the pages for visitors, health and metrics."""
