"""Say what becomes of data: which resources hold some, and which policy keeps it."""

from collections.abc import Mapping

from compose2cfn.changes.change import DataFate, Effect

_STATEFUL = frozenset(
    {
        "AWS::Backup::BackupVault",
        "AWS::Cognito::UserPool",
        "AWS::DocDB::DBCluster",
        "AWS::DynamoDB::GlobalTable",
        "AWS::DynamoDB::Table",
        "AWS::EC2::Volume",
        "AWS::ECR::Repository",
        "AWS::EFS::FileSystem",
        "AWS::ElastiCache::CacheCluster",
        "AWS::ElastiCache::ReplicationGroup",
        "AWS::FSx::FileSystem",
        "AWS::KMS::Key",
        "AWS::Kinesis::Stream",
        "AWS::Logs::LogGroup",
        "AWS::MSK::Cluster",
        "AWS::Neptune::DBCluster",
        "AWS::OpenSearchService::Domain",
        "AWS::RDS::DBCluster",
        "AWS::RDS::DBInstance",
        "AWS::Redshift::Cluster",
        "AWS::S3::Bucket",
        "AWS::SQS::Queue",
        "AWS::SSM::Parameter",
        "AWS::SecretsManager::Secret",
    }
)
_KEEPING = frozenset({"Retain", "RetainExceptOnCreate", "Snapshot"})


def fate(
    kind: str, effect: Effect, old: Mapping[str, object], new: Mapping[str, object]
) -> DataFate | None:
    """Say what becomes of the data of a resource; None if it has none, or stays.

    What is removed goes as the template says that it was deployed with, what is replaced as the
    new one says. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatereplacepolicy.html
    """
    if kind not in _STATEFUL:
        return None
    match effect:
        case Effect.REMOVED:
            default = "Snapshot" if _has_snapshots(kind, old) else "Delete"
            kept = str(old.get("DeletionPolicy", default)) in _KEEPING
        case Effect.REPLACED | Effect.MAY_BE_REPLACED:
            kept = str(new.get("UpdateReplacePolicy")) in _KEEPING
        case _:
            return None
    if kept:
        return DataFate.KEPT
    return DataFate.MAY_BE_LOST if effect is Effect.MAY_BE_REPLACED else DataFate.LOST


def _has_snapshots(kind: str, resource: Mapping[str, object]) -> bool:
    """Tell whether CloudFormation keeps a snapshot of what is removed, without being told.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
    """
    properties = resource.get("Properties")
    in_cluster = isinstance(properties, dict) and "DBClusterIdentifier" in properties
    return kind == "AWS::RDS::DBCluster" or (kind == "AWS::RDS::DBInstance" and not in_cluster)
