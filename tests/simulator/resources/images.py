"""Amazon ECR."""

from tests.simulator.resources.base import Resource


class Repository(Resource):
    type = "AWS::ECR::Repository"
    named_by = "RepositoryName"
    name_limit = 256

    def create(self) -> None:
        self.id = self.name().lower()
        made = self.call(
            "ecr",
            "CreateRepository",
            **self.some("EncryptionConfiguration", "ImageTagMutability", "Tags"),
            **self.some("ImageScanningConfiguration"),
            RepositoryName=self.id,
        )["repository"]
        self.attributes = {"Arn": made["repositoryArn"], "RepositoryUri": made["repositoryUri"]}
        self._set_lifecycle()

    def update(self, changed: frozenset[str]) -> None:
        allowed = {"EmptyOnDelete", "ImageScanningConfiguration", "ImageTagMutability"}
        self.only(changed, {*allowed, "LifecyclePolicy"})
        for name, operation in (
            ("ImageScanningConfiguration", "PutImageScanningConfiguration"),
            ("ImageTagMutability", "PutImageTagMutability"),
        ):
            if name in changed:
                given = {name: self.properties[name]}
                self.call("ecr", operation, RepositoryName=self.id, **given)
        if "LifecyclePolicy" in changed:
            self._set_lifecycle()

    def delete(self) -> None:
        """Delete it; Amazon ECR refuses that while it has images."""
        force = str(self.properties.get("EmptyOnDelete", False)).lower()
        self.call("ecr", "DeleteRepository", RepositoryName=self.id, Force=force)

    def _set_lifecycle(self) -> None:
        policy = self.properties.get("LifecyclePolicy", {}).get("LifecyclePolicyText")
        if policy:
            text = str(policy)
            self.call("ecr", "PutLifecyclePolicy", RepositoryName=self.id, LifecyclePolicyText=text)
