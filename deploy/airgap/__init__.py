"""The composed stack without an image registry: base images from packages, and one archive for a closed network."""
