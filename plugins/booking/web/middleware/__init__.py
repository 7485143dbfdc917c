"""Middleware: limits, security headers, compression, and errors as problem details."""
