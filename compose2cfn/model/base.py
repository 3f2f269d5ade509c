"""What every part of the model shares."""

from collections.abc import Callable, Mapping
from typing import Annotated, ClassVar, Never, Self, TypeAlias, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    SerializationInfo,
)
from pydantic_core import core_schema

from compose2cfn.model.frozen import Frozen, frozen

EXTENSIONS = "#extensions"
"""The key under which the loader hands over the ``x-*`` keys of a mapping."""
PRINTED = "#printed"
"""The key under which it hands over the same as Docker Compose prints them."""
_K = TypeVar("_K")
_V = TypeVar("_V")


class _Nothing(Frozen[Never]):
    """The mapping without a key; it has a hash, so that Pydantic does not copy it each time."""

    def __hash__(self) -> int:  # type: ignore[override]
        return 0


NOTHING: Mapping[str, Never] = _Nothing()
Entries: TypeAlias = Annotated[Mapping[_K, _V], AfterValidator(Frozen)]
"""A mapping whose keys the user names, and which nobody who reads the model changes for others."""


class ReadBy:
    """Read a value with a function, whatever its type says.

    It is Pydantic's ``PlainValidator`` for what is not printed: nothing is compiled for the type.
    ``form`` says in words what may be written.
    """

    def __init__(self, read: Callable[[object], object], *, form: str = "") -> None:
        self._read = read
        self.form = form

    def __get_pydantic_core_schema__(
        self, _source: object, _handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self._read)


_Plain: TypeAlias = Annotated[Mapping[str, object], ReadBy(frozen)]
"""Plain data, frozen all the way down; Pydantic does not look into it."""
YAML = "yaml"
"""The context in which a model is written as the YAML, not the JSON, of Docker Compose."""


HIDDEN = frozenset({"extensions", "printed"})
"""The attributes of a model that are not keys of the specification."""


def key_of(attribute: str) -> str:
    """Name the Compose key of an attribute: ``x_aws_vpc`` is ``x-aws-vpc``, others are the same."""
    return attribute.replace("_", "-", 2) if attribute.startswith("x_aws_") else attribute


def _frozen_fields(values: Mapping[str, object]) -> dict[str, object]:
    """Freeze the mappings among values by name."""
    return {name: Frozen(value) if type(value) is dict else value for name, value in values.items()}


class Model(BaseModel):
    """A mapping of the Compose specification, spelled out in full."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        defer_build=True,
        alias_generator=key_of,
        validate_by_name=False,
        validate_by_alias=True,
        protected_namespaces=(),
    )

    unites: ClassVar[bool] = True
    """Whether two items of one identity in one of its lists count as one item."""
    prints_extensions: ClassVar[bool] = True
    """Whether Docker Compose prints its ``x-*`` keys as YAML; it drops those of a few mappings."""

    extensions: Annotated[_Plain, Field(alias=EXTENSIONS, exclude=True)] = NOTHING
    """Every ``x-*`` key of the mapping, those this project knows included; tags of CloudFormation
    are functions."""
    printed: Annotated[_Plain, Field(alias=PRINTED, exclude=True)] = NOTHING
    """The same as Docker Compose prints them, to which tags mean nothing."""

    def model_copy(self, *, update: Mapping[str, object] | None = None, deep: bool = False) -> Self:
        """Copy the model with other values, which nobody can change either."""
        return super().model_copy(update=_frozen_fields(update or {}), deep=deep)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[BaseModel], handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Compile what is in a field of another model when the first file has it."""
        if handler.field_name is None:
            return handler(source)

        def write(part: Model, info: SerializationInfo) -> dict[str, object]:
            return part.model_dump(
                mode=info.mode, by_alias=True, exclude_defaults=True, context=info.context
            )

        return core_schema.no_info_plain_validator_function(
            cls.model_validate,
            serialization=core_schema.plain_serializer_function_ser_schema(write, info_arg=True),
        )


class Closed(Model):
    """A mapping of the Compose specification that does not accept ``x-*`` keys."""
