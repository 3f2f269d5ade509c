"""Decide which image each container runs."""

import re

from compose2cfn.findings import Parameter, Spot
from compose2cfn.model.service import Service
from compose2cfn.plan.terms.names import Names
from compose2cfn.plan.terms.values import Value

_NAME = r"\S{1,255}"


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
    if not re.fullmatch(_NAME, image):
        (spot / "image").error(
            "image-name", "the name of an image can have at most 255 characters and no spaces"
        )
    elif service.build and "/" not in image:
        (spot / "image").warn(
            "image-local",
            "ECS would look for this image on Docker Hub; write the name of its registry in front "
            "of it",
        )
    return image
