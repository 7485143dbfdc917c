"""What a build is made from: file stamps, settings, programs, and which of them are supported."""
