"""What runs a language model is asked for, unless the file says it."""

import json
from collections.abc import Mapping

import pytest

from compose2cfn import ComposeError, Memory, Result, convert

URL, NAME = {"Ref": "LlmModelUrl"}, {"Ref": "LlmModelName"}


def converted(models: object, environment: Mapping[str, str] | None = None) -> Result:
    web = {"image": "acme/web", "models": models, "environment": environment or {}}
    text = json.dumps({"services": {"web": web}, "models": {"llm": {"model": "ai/qwen"}}})
    return convert("compose.yaml", files=Memory({"compose.yaml": text}))


def variables(result: Result) -> Mapping[str, object]:
    resources = result.to_dict()["Resources"]
    assert isinstance(resources, dict)
    containers = resources["WebTaskDefinition"]["Properties"]["ContainerDefinitions"]
    (web,) = [one for one in containers if one["Name"] == "web"]
    return {each["Name"]: each["Value"] for each in web["Environment"]}


@pytest.mark.parametrize(
    ("models", "environment", "expected"),
    [
        (["llm"], {}, {"LLM_URL": URL, "LLM_MODEL": NAME}),
        ({"llm": None}, {}, {"LLM_URL": URL, "LLM_MODEL": NAME}),
        ({"llm": {"endpoint_var": "AT"}}, {}, {"AT": URL, "LLM_MODEL": NAME}),
        ({"llm": {"endpoint_var": "AT", "model_var": "IS"}}, {}, {"AT": URL, "IS": NAME}),
        (["llm"], {"LLM_URL": "https://x"}, {"LLM_URL": "https://x", "LLM_MODEL": NAME}),
    ],
)
def test_variables_tell_what_runs_it(
    models: object, environment: Mapping[str, str], expected: Mapping[str, object]
) -> None:
    result = converted(models, environment)
    assert variables(result) == expected
    parameters = result.to_dict()["Parameters"]
    assert isinstance(parameters, dict)
    assert parameters["LlmModelName"]["Default"] == "ai/qwen"
    assert "model-asked" in {each.code for each in result.diagnostics}


def test_nothing_is_asked_where_the_file_says_all() -> None:
    said = {"LLM_URL": "https://x", "LLM_MODEL": "y"}
    result = converted(["llm"], said)
    assert variables(result) == said
    assert "LlmModel" not in result.to_json()
    assert "model-asked" not in {each.code for each in result.diagnostics}


def test_two_models_with_one_id_are_an_error() -> None:
    web = {"image": "acme/web", "models": ["a-b", "a_b"]}
    models = {"a-b": {"model": "x"}, "a_b": {"model": "y"}}
    text = json.dumps({"services": {"web": web}, "models": models})
    with pytest.raises(ComposeError) as caught:
        convert("compose.yaml", files=Memory({"compose.yaml": text}))
    assert {each.code for each in caught.value.diagnostics} >= {"id-conflict"}
