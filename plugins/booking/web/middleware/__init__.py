"""What each request passes: limits, security headers, compression, errors as problem details."""
