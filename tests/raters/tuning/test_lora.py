"""What the adapter is trained on: the logits of whole prompts, and gradients through all of them."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from peft import LoraConfig, get_peft_model

from raters.causal_lm import load_label_model, load_tokenizer
from raters.label_tokens import PromptEncoder
from raters.protocol import RateRequest
from raters.spec import RaterSpec
from raters.tuning.lora import TrainableLora
from raters.tuning.settings import TuneSettings
from tests.raters.tiny_model import save_model, tiny_spec

REQUESTS = [
    RateRequest("tea", "Green tea", "Leaves of Camellia sinensis. " * 4),
    RateRequest("coffee beans", "", "A roasted bean."),
    RateRequest("tea", "", "", need="a hot drink"),
]
SETTINGS = TuneSettings(lora_rank=4, lora_dropout=0.0)


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> RaterSpec:
    return tiny_spec(save_model(tmp_path_factory.mktemp("tiny")))


def plain(spec: RaterSpec, requests: Sequence[RateRequest], weights: dict[str, torch.Tensor]) -> torch.Tensor:
    """Logits prompt by prompt, each whole and by itself, with gradients into `weights`."""
    encoder = PromptEncoder(load_tokenizer(Path(spec.model)), range(4), spec.max_document_tokens)
    base = load_label_model(Path(spec.model), "float32", encoder.label_ids)
    config = LoraConfig(r=4, lora_alpha=32, target_modules="all-linear", task_type="CAUSAL_LM")
    model = get_peft_model(base, config)
    rows = []
    for request in requests:
        encoded = encoder.encode(spec.rubric.render(request))
        ids = torch.tensor([[*encoded.rubric, *encoded.query, *encoded.own]])
        called = torch.func.functional_call(model, weights, (ids,), {"use_cache": False})
        rows.append(called.logits[0, -1])
    return torch.stack(rows)


def test_logits_and_gradients_are_those_of_whole_prompts(spec: RaterSpec) -> None:
    torch.manual_seed(0)
    trainable = TrainableLora(spec, SETTINGS, "cpu")
    weights = trainable.weights()
    with torch.no_grad():
        for parameter in weights.values():
            parameter.normal_(std=0.1)
    copies = {name: tensor.detach().clone().requires_grad_() for name, tensor in weights.items()}

    found = trainable.logits(REQUESTS)
    expected = plain(spec, REQUESTS, copies)

    assert torch.allclose(found, expected, atol=1e-4)
    grades = torch.tensor([0, 3, 1])
    torch.nn.functional.cross_entropy(found, grades).backward()
    torch.nn.functional.cross_entropy(expected, grades).backward()
    for name, parameter in weights.items():
        assert torch.allclose(parameter.grad, copies[name].grad, atol=1e-4), name  # type: ignore[arg-type]


def test_lengths_are_those_of_whole_prompts_and_0_for_what_does_not_fit(tmp_path: Path) -> None:
    long = RateRequest("tea " * 500, "", "")
    trainable = TrainableLora(tiny_spec(save_model(tmp_path)), SETTINGS, "cpu")
    encoder = PromptEncoder(load_tokenizer(tmp_path), range(4), 256)
    encoded = encoder.encode(trainable._prompt.render(REQUESTS[1]))

    n_tokens = len(encoded.rubric) + len(encoded.query) + len(encoded.own)
    assert trainable.lengths([REQUESTS[1], long]) == [n_tokens, 0]
