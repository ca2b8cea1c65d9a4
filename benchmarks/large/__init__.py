"""A large installation, generated: what pages are timed on."""
