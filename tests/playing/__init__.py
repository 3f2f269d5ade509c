"""Play deliveries: what pipelines and workflows say is done, with the simulator as AWS."""
