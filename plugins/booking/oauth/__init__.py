"""OAuth 2 (RFC 6749): the owner's accounts at Google and Microsoft, connected once and refreshed from then on."""
