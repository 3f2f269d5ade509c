"""Decide which image each container runs."""

from compose2cfn.findings import Parameter, Spot
from compose2cfn.model.service import Service
from compose2cfn.plan.terms.images import is_image
from compose2cfn.plan.terms.names import Names
from compose2cfn.plan.terms.values import Value


def choose_image(name: str, service: Service, names: Names, spot: Spot) -> Value:
    """Choose the image of a service: the one that is named, else a parameter."""
    image = service.image
    if not image:
        return (spot / "build").ask(
            Parameter(
                id=names.service(name, "Image"),
                group="Images",
                description=f"Image of the service {name}, which is built from source",
                min_length=1,
            )
        )
    if not is_image(image):
        (spot / "image").error(
            "image-name",
            "this is not a valid name of an image; write e.g. nginx:1.27, with at most 255 "
            "characters, and in Amazon ECR a repository in lower case",
        )
    elif service.build and "/" not in image:
        (spot / "image").warn(
            "image-local",
            "ECS would look for this image on Docker Hub; write the name of its registry in front "
            "of it",
        )
    return image
