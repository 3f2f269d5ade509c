"""Amazon S3."""

import json
from typing import ClassVar

from tests.simulator.resources.base import Resource
from tests.simulator.template import Properties


class Bucket(Resource):
    type = "AWS::S3::Bucket"
    named_by = "BucketName"
    name_limit = 63
    changeable: ClassVar = {
        "BucketEncryption",
        "LifecycleConfiguration",
        "NotificationConfiguration",
        "OwnershipControls",
        "PublicAccessBlockConfiguration",
        "Tags",
        "VersioningConfiguration",
    }

    def create(self) -> None:
        self.only(self.properties, {*self.changeable, "BucketName"})
        self.id = self.name().lower()
        region = self.site.account.region
        place = {"CreateBucketConfiguration": {"LocationConstraint": region}}
        self.call("s3", "CreateBucket", Bucket=self.id, **({} if region == "us-east-1" else place))
        self.attributes = {
            "Arn": f"arn:aws:s3:::{self.id}",
            "DomainName": f"{self.id}.s3.amazonaws.com",
            "RegionalDomainName": f"{self.id}.s3.{region}.amazonaws.com",
        }
        self._configure()

    def update(self, changed: frozenset[str]) -> None:
        self.only(changed, self.changeable)
        self._configure()

    def delete(self) -> None:
        """Delete it; Amazon S3 refuses that while it has objects, or versions of them."""
        versions = self.call("s3", "ListObjectVersions", Bucket=self.id)
        if versions.get("Versions") or versions.get("DeleteMarkers"):
            self.refuse("BucketNotEmpty: The bucket you tried to delete is not empty")
        self.call("s3", "DeleteBucket", Bucket=self.id)

    def _configure(self) -> None:
        for operation, arguments in self._configuration().items():
            self.call("s3", operation, Bucket=self.id, **arguments)

    def _configuration(self) -> dict[str, Properties]:
        """Return what is said of it, as the operations of the API take it."""
        given = self.properties
        operations: dict[str, Properties] = {}
        if encryption := given.get("BucketEncryption"):
            rules = [_encryption(rule) for rule in encryption["ServerSideEncryptionConfiguration"]]
            operations["PutBucketEncryption"] = {
                "ServerSideEncryptionConfiguration": {"Rules": rules}
            }
        if lifecycle := given.get("LifecycleConfiguration"):
            rules = [_lifecycle(rule) for rule in lifecycle["Rules"]]
            operations["PutBucketLifecycleConfiguration"] = {
                "LifecycleConfiguration": {"Rules": rules}
            }
        if notification := given.get("NotificationConfiguration"):
            events = notification.get("EventBridgeConfiguration", {})
            enabled = str(events.get("EventBridgeEnabled")).lower() == "true"
            operations["PutBucketNotificationConfiguration"] = {
                "NotificationConfiguration": {"EventBridgeConfiguration": {}} if enabled else {}
            }
        for name, operation in (
            ("OwnershipControls", "PutBucketOwnershipControls"),
            ("PublicAccessBlockConfiguration", "PutPublicAccessBlock"),
            ("VersioningConfiguration", "PutBucketVersioning"),
        ):
            if name in given:
                operations[operation] = {name: given[name]}
        if "Tags" in given:
            operations["PutBucketTagging"] = {"Tagging": {"TagSet": given["Tags"]}}
        return operations


class BucketPolicy(Resource):
    type = "AWS::S3::BucketPolicy"

    def create(self) -> None:
        self.id = str(self.properties["Bucket"])
        document = self.properties["PolicyDocument"]
        self.spell("s3", "PutBucketPolicy", Bucket=self.id, Policy=json.dumps(document))
        # moto reads no conditions, and would deny to all what is denied to some.
        plain = [one for one in document["Statement"] if "Condition" not in one]
        if plain:
            text = json.dumps({**document, "Statement": plain})
            self.call("s3", "PutBucketPolicy", Bucket=self.id, Policy=text)

    def update(self, changed: frozenset[str]) -> None:
        self.only(changed, {"PolicyDocument"})
        self.delete()
        self.create()

    def delete(self) -> None:
        self.call("s3", "DeleteBucketPolicy", Bucket=self.id)


def _encryption(rule: Properties) -> Properties:
    return {
        "ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"],
        **{key: rule[key] for key in ("BucketKeyEnabled",) if key in rule},
    }


def _lifecycle(rule: Properties) -> Properties:
    """Spell a rule as the API does, where it is about a prefix, and expires after days."""
    given = dict(rule)
    spelled: Properties = {"ID": given.pop("Id"), "Filter": {"Prefix": given.pop("Prefix", "")}}
    if "ExpirationInDays" in given:
        spelled["Expiration"] = {"Days": given.pop("ExpirationInDays")}
    return {**spelled, **given}
