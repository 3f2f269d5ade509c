"""What services scale by, and what is asked for it."""

from compose2cfn import App, Memory, load
from compose2cfn.emitters import DEFAULT_EMITTERS
from compose2cfn.plan.make import Plan
from compose2cfn.stack.items import Emitter, Item

HTTPS = "{target: 443, published: '443', x-aws-protocol: https}"


def app(ports: str, by: str) -> App:
    """Load a service that scales."""
    text = f"""
        services:
          web:
            image: example/web
            ports: [{ports}]
            deploy: {{x-aws-autoscaling: {{max: 4, {by}: 50}}}}
    """
    return load("compose.yaml", files=Memory({"compose.yaml": text}))


def scaled(plan: Plan) -> list[Item]:
    """Run the one emitter that scales."""
    (emitter,) = (one for one in DEFAULT_EMITTERS if one.name == "scaling")
    assert isinstance(emitter, Emitter)
    return list(emitter.emit(plan))


def codes(plan: Plan) -> set[str]:
    """Return the codes of what was found until now."""
    return {found.code for found in plan.diagnostics}


def test_what_scales_by_its_processor_asks_for_no_load_balancer() -> None:
    plan = Plan(app(HTTPS, "cpu"))
    assert len(scaled(plan)) == 2
    assert codes(plan) == set()
    assert len(plan.publishing.target_groups["web"]) == 1
    assert "certificate-missing" in codes(plan)


def test_what_scales_by_requests_asks_for_one_that_counts_them() -> None:
    plan = Plan(app(HTTPS, "requests"))
    assert len(scaled(plan)) == 2
    assert codes(plan) == {"billed-hourly", "certificate-missing"}


def test_requests_that_nothing_counts_are_refused() -> None:
    plan = Plan(app("'5432:5432'", "requests"))
    assert len(scaled(plan)) == 1
    (found,) = (one for one in plan.diagnostics if one.code == "scaling-requests")
    assert found.path == ("services", "web", "deploy", "x-aws-autoscaling", "requests")
