"""What templates of site and endpoint share: filters, formats, translation, styles, security headers."""
