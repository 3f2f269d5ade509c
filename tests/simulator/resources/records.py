"""Logs, secrets and parameters."""

from tests.simulator.resources.base import Resource


class LogGroup(Resource):
    type = "AWS::Logs::LogGroup"
    named_by = "LogGroupName"
    name_limit = 512

    def create(self) -> None:
        self.id = self.name()
        tags = {tag["Key"]: tag["Value"] for tag in self.properties.get("Tags", [])}
        self.call(
            "logs",
            "CreateLogGroup",
            **self.some("KmsKeyId", "LogGroupClass"),
            LogGroupName=self.id,
            **({"Tags": tags} if tags else {}),
        )
        self.attributes = {"Arn": self.site.account.arn("logs", f"log-group:{self.id}:*")}
        self._retain()

    def update(self, changed: frozenset[str]) -> None:
        self.only(changed, {"RetentionInDays", "Tags"})
        self._retain()

    def delete(self) -> None:
        self.call("logs", "DeleteLogGroup", LogGroupName=self.id)

    def _retain(self) -> None:
        if "RetentionInDays" in self.properties:
            days = self.properties["RetentionInDays"]
            self.call("logs", "PutRetentionPolicy", LogGroupName=self.id, RetentionInDays=days)
        else:
            self.call("logs", "DeleteRetentionPolicy", LogGroupName=self.id)


class Secret(Resource):
    type = "AWS::SecretsManager::Secret"
    named_by = "Name"
    named_after_stack = False

    def create(self) -> None:
        arguments = self.rest("GenerateSecretString", "Name", "ReplicaRegions")
        if "GenerateSecretString" in self.properties:
            made = self.call("secretsmanager", "GetRandomPassword")
            arguments["SecretString"] = made["RandomPassword"]
        made = self.call("secretsmanager", "CreateSecret", **arguments, Name=self.name())
        self.id = made["ARN"]
        self.attributes = {"Id": self.id}

    def update(self, changed: frozenset[str]) -> None:
        self.only(changed, {"Description", "KmsKeyId", "SecretString", "Tags"})
        self.call(
            "secretsmanager",
            "UpdateSecret",
            SecretId=self.id,
            **self.some("Description", "KmsKeyId", "SecretString"),
        )

    def delete(self) -> None:
        self.call(
            "secretsmanager", "DeleteSecret", SecretId=self.id, ForceDeleteWithoutRecovery=True
        )


class Parameter(Resource):
    type = "AWS::SSM::Parameter"
    named_by = "Name"

    def create(self) -> None:
        self.id = self.name()
        self._put(overwrite=False)

    def update(self, changed: frozenset[str]) -> None:
        self._put(overwrite=True)

    def delete(self) -> None:
        self.call("ssm", "DeleteParameter", Name=self.id)

    def _put(self, *, overwrite: bool) -> None:
        given = self.rest("Name", "Tags")
        self.call("ssm", "PutParameter", **given, Name=self.id, Overwrite=overwrite)
        self.attributes = {"Type": self.properties["Type"], "Value": self.properties["Value"]}
