"""Amazon EFS."""

from typing import ClassVar

from tests.simulator.resources.base import Resource


class FileSystem(Resource):
    type = "AWS::EFS::FileSystem"
    apart: ClassVar = (
        "BackupPolicy",
        "BypassPolicyLockoutSafetyCheck",
        "FileSystemPolicy",
        "FileSystemProtection",
        "FileSystemTags",
        "LifecyclePolicies",
        "ReplicationConfiguration",
    )
    """Properties that other API calls take."""

    def create(self) -> None:
        made = self.call(
            "efs",
            "CreateFileSystem",
            **self.rest(*self.apart),
            CreationToken=self.name()[-64:],
            Backup=self.properties.get("BackupPolicy", {}).get("Status") == "ENABLED",
            Tags=self.properties.get("FileSystemTags", []),
        )
        self.id = made["FileSystemId"]
        self.attributes = {"FileSystemId": self.id, "Arn": made["FileSystemArn"]}
        self._set_policies()

    def update(self, changed: frozenset[str]) -> None:
        self.only(changed, {*self.apart, "ThroughputMode", "ProvisionedThroughputInMibps"})
        self._set_policies()

    def delete(self) -> None:
        if self.call("efs", "DescribeMountTargets", FileSystemId=self.id)["MountTargets"]:
            self.refuse("FileSystemInUse: the file system has mount targets")
        self.call("efs", "DeleteFileSystem", FileSystemId=self.id)

    def _set_policies(self) -> None:
        if policies := self.properties.get("LifecyclePolicies"):
            self.call(
                "efs",
                "PutLifecycleConfiguration",
                FileSystemId=self.id,
                LifecyclePolicies=policies,
            )
        if backup := self.properties.get("BackupPolicy"):
            # moto takes it only when the file system is made.
            self.spell("efs", "PutBackupPolicy", FileSystemId=self.id, BackupPolicy=backup)


class MountTarget(Resource):
    type = "AWS::EFS::MountTarget"

    def create(self) -> None:
        made = self.call("efs", "CreateMountTarget", **self.properties)
        self.id = made["MountTargetId"]
        self.attributes = {"Id": self.id, "IpAddress": made["IpAddress"]}

    def update(self, changed: frozenset[str]) -> None:
        self.only(changed, {"SecurityGroups"})
        groups = self.properties["SecurityGroups"]
        self.call(
            "efs",
            "ModifyMountTargetSecurityGroups",
            MountTargetId=self.id,
            SecurityGroups=groups,
        )

    def delete(self) -> None:
        self.call("efs", "DeleteMountTarget", MountTargetId=self.id)


class AccessPoint(Resource):
    type = "AWS::EFS::AccessPoint"

    def create(self) -> None:
        made = self.call(
            "efs",
            "CreateAccessPoint",
            **self.rest("AccessPointTags", "ClientToken"),
            ClientToken=self.name()[-64:],
            Tags=self.properties.get("AccessPointTags", []),
        )
        self.id = made["AccessPointId"]
        self.attributes = {"AccessPointId": self.id, "Arn": made["AccessPointArn"]}

    def update(self, changed: frozenset[str]) -> None:
        self.only(changed, {"AccessPointTags"})

    def delete(self) -> None:
        self.call("efs", "DeleteAccessPoint", AccessPointId=self.id)
