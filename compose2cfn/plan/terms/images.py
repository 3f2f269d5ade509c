"""Read the names of images, and find the repositories of Amazon ECR among them."""

import re

from compose2cfn.model.frozen import Record
from compose2cfn.plan.terms.arns import ACCOUNT, REGION_NAME

# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
_NAME = r"[A-Za-z0-9._:/#@+-]{1,255}"
_HOST = (
    rf"(?P<account>{ACCOUNT})\.dkr[.-]ecr(?:-fips)?\.(?P<region>{REGION_NAME})"
    r"\.(?:amazonaws\.com(?:\.cn)?|on\.aws(?:webservices)?)/(?P<rest>.*)"
)
_WORD = "[a-z0-9]+(?:[._-]+[a-z0-9]+)*"
# https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
_REPOSITORY = (
    rf"(?P<repository>{_WORD}(?:/{_WORD})*)"
    r"(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?"
)


class EcrRepository(Record):
    """A repository of Amazon ECR."""

    region: str
    account: str
    name: str


def is_image(text: str) -> bool:
    """Tell whether a text can be the name of an image: ECS accepts it, and so does Amazon ECR."""
    host = re.fullmatch(_HOST, text)
    return re.fullmatch(_NAME, text) is not None and (not host or ecr_repository(text) is not None)


def ecr_repository(image: str) -> EcrRepository | None:
    """Return the repository of an image that is in Amazon ECR; None for any other image."""
    host = re.fullmatch(_HOST, image)
    found = re.fullmatch(_REPOSITORY, host["rest"]) if host else None
    if not host or not found:
        return None
    return EcrRepository(region=host["region"], account=host["account"], name=found["repository"])
