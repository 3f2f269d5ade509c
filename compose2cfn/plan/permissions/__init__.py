"""What the code in containers may do on AWS, and ECS on its behalf."""
