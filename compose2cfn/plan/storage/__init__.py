"""What the mounts of services become: file systems, anonymous volumes, memory."""
