"""What a container of a task is told: kernel, health, ports, logs."""
