"""Every event of the platform, once: frozen dataclasses, their envelope, their topics, schemas and samples."""
