"""Compose files of many services, to see what each of them costs."""


def compose(count: int, *, ports: int = 0, volumes: int = 0) -> str:
    """Write a file of so many services.

    Every ``ports``-th of them publishes a port; they take turns in so many ``volumes``. All take
    turns in ten networks.
    """
    services = [_service(number, count, ports, volumes) for number in range(count)]
    networks = [f"  net{number}: {{}}\n" for number in range(min(count, 10))]
    stored = [f"  data{number}: {{}}\n" for number in range(min(count, volumes))]
    head = ["volumes:\n"] if stored else []
    return "".join(
        ["name: large\nservices:\n", *services, "networks:\n", *networks, *head, *stored]
    )


def _service(number: int, count: int, ports: int, volumes: int) -> str:
    lines = [
        f"service{number}:",
        f"  image: example.com/service{number}:${{TAG:-latest}}",
        f'  command: ["run", "--number", "{number}"]',
        f'  environment: {{NUMBER: "{number}", NEXT: service{(number + 1) % count}}}',
        f"  networks: [net{number % 10}]",
        '  healthcheck: {test: [CMD, "true"], interval: 10s, retries: 3}',
        '  deploy: {replicas: 2, resources: {limits: {cpus: "0.5", memory: 256M}}}',
    ]
    if ports and number % ports == 0:
        lines.append(f'  ports: ["{10000 + number}:80"]')
    if volumes:
        lines.append(f'  volumes: ["data{number % volumes}:/data"]')
    return "".join(f"  {line}\n" for line in lines)
