"""Web layer (HTTP): the JSON API, the pages for visitors, health and metrics."""
