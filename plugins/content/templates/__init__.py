"""Template support that site and endpoint share: filters, formats, translation, styles, security headers."""
