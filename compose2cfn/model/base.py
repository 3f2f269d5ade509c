"""What every part of the model shares."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Never

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, SerializationInfo
from pydantic_core import core_schema

EXTENSIONS = "#extensions"
"""The key under which the loader hands over the ``x-*`` keys of a mapping."""


class _Nothing(dict[str, Never]):
    """The mapping without a key; it has a hash, so that Pydantic does not copy it each time."""

    def __hash__(self) -> int:  # type: ignore[override]
        return 0


NOTHING: Mapping[str, Never] = _Nothing()
YAML = "yaml"
"""The context in which a model is written as the YAML, not the JSON, of Docker Compose."""


def key_of(attribute: str) -> str:
    """Give the Compose key of an attribute: ``x_aws_vpc`` is ``x-aws-vpc``, others are the same."""
    return attribute.replace("_", "-", 2) if attribute.startswith("x_aws_") else attribute


class Model(BaseModel):
    """A mapping of the Compose specification, spelled out in full."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        defer_build=True,
        alias_generator=key_of,
        validate_by_name=True,
        validate_by_alias=True,
        protected_namespaces=(),
    )

    unites: ClassVar[bool] = True
    """Whether items of its lists that have one identity are one."""

    extensions: Annotated[Mapping[str, object], Field(alias=EXTENSIONS, exclude=True)] = NOTHING
    """Every ``x-*`` key of the mapping as plain values, those this project knows included."""


class Late:
    """The mark of a part that few files have: Pydantic compiles it when one does."""

    def __get_pydantic_core_schema__(
        self, source: type[Model], _handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        def read(value: object) -> Model:
            return source.model_validate(value)

        def write(part: Model, info: SerializationInfo) -> dict[str, object]:
            return part.model_dump(
                mode=info.mode, by_alias=True, exclude_defaults=True, context=info.context
            )

        return core_schema.no_info_plain_validator_function(
            read,
            serialization=core_schema.plain_serializer_function_ser_schema(write, info_arg=True),
        )


class Closed(Model):
    """A mapping of the Compose specification that takes no ``x-*`` keys."""
