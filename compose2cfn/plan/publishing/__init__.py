"""How clients reach services: load balancers, listeners, target groups."""
