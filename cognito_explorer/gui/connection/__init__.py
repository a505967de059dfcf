"""Pages about the connection: welcome, profiles, the sandbox."""
