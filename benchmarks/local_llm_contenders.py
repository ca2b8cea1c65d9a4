"""Ways to grade pairs with the same weights, one per process: the rivals of bench_local_llm.

Run: python -m benchmarks.local_llm_contenders NAME PAIRS.json; the last line printed is JSON.
"""

import json
import resource
import socket
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from raters.protocol import RateRequest
from raters.rubric import RenderedPrompt
from raters.spec import RaterSpec, resolve_rater
from raters.weights import find_weights

N_THREADS = 2
MAX_NEW_TOKENS = 16
BATCH = 8
N_PASSES = 2
ASK = 'Reply with JSON only: {"grade": <one of 0, 1, 2, 3>}'
SCHEMA = {
    "type": "object",
    "properties": {"grade": {"type": "integer", "enum": [0, 1, 2, 3]}},
    "required": ["grade"],
    "additionalProperties": False,
}
# Grades pairs; returns how many got one.
Judge = Callable[[list[RateRequest]], int]


def main() -> None:
    """Judge all pairs some times over, and print the best pass and the process's peak of memory."""
    name, path = sys.argv[1], Path(sys.argv[2])
    pairs = [RateRequest(**pair) for pair in json.loads(path.read_text())]
    spec = resolve_rater({"name": "local", "kind": "local-llm", "model": "smollm2"})
    judge, weights_bytes = CONTENDERS[name](spec)
    judge(pairs[:2])
    passes, cpu_s = [], []
    for _ in range(N_PASSES):
        started, cpu_started = time.perf_counter(), time.process_time()
        n_graded = judge(pairs)
        passes.append(len(pairs) / (time.perf_counter() - started))
        cpu_s.append((time.process_time() - cpu_started) / len(pairs))
    unit = 1 if sys.platform == "darwin" else 1024
    peak_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    print(
        json.dumps(
            {
                "pairs_per_s": max(passes),
                "cpu_s": min(cpu_s),
                "graded": n_graded / len(pairs),
                "peak_mib": peak_bytes / 2**20,
                "weights_mib": weights_bytes / 2**20,
            }
        )
    )


def ours(spec: RaterSpec) -> tuple[Judge, int]:
    """The local rater, as a worker uses it."""
    from raters.local_llm import LocalLlmRater

    rater = LocalLlmRater(spec, n_threads=N_THREADS)
    weights = sum(tensor.nbytes for tensor in rater._model._model.parameters())
    return lambda pairs: sum(1 for _ in rater.rate(pairs)), weights


def one_by_one(spec: RaterSpec) -> tuple[Judge, int]:
    """The usual script, as UMBRELA's: a whole prompt for each pair, and a short answer generated."""
    return _generate(spec, 1)


def batched(spec: RaterSpec) -> tuple[Judge, int]:
    """The usual script with batches, sorted by length."""
    return _generate(spec, BATCH)


def _generate(spec: RaterSpec, n_at_once: int) -> tuple[Judge, int]:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils.quantization_config import GgufConfig

    torch.set_num_threads(N_THREADS)
    path = find_weights(spec.model, Path())
    tokenizer = AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name, padding_side="left")
    model = AutoModelForCausalLM.from_pretrained(
        path.parent,
        gguf_file=path.name,
        dtype=torch.bfloat16,
        quantization_config=GgufConfig(dequantize=True),
    ).train(False)
    tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
    write = _writer(spec, tokenizer)

    def judge(pairs: list[RateRequest]) -> int:
        texts = [
            tokenizer.apply_chat_template(write(pair), tokenize=False, add_generation_prompt=True)
            for pair in pairs
        ]
        texts.sort(key=len)
        replies: list[str] = []
        for start in range(0, len(texts), n_at_once):
            part = tokenizer(
                texts[start : start + n_at_once], return_tensors="pt", padding=True, add_special_tokens=False
            )
            with torch.inference_mode():
                made = model.generate(**part, max_new_tokens=MAX_NEW_TOKENS, do_sample=False)
            replies += tokenizer.batch_decode(made[:, part["input_ids"].shape[1] :], skip_special_tokens=True)
        return sum(any(str(grade) in reply for grade in range(4)) for reply in replies)

    return judge, sum(tensor.nbytes for tensor in model.parameters())


def llama_cpp(spec: RaterSpec) -> tuple[Judge, int]:
    """A llama.cpp server with the same file: slots share prefixes, JSON by schema, four calls at once."""
    return _serve(spec, {"response_format": {"type": "json_schema", "json_schema": {"schema": SCHEMA}}})


def llama_cpp_token(spec: RaterSpec) -> tuple[Judge, int]:
    """The same server asked for a single token and its alternatives: what a careful user would write."""
    return _serve(spec, {"max_tokens": 1, "logprobs": True, "top_logprobs": 10})


def _serve(spec: RaterSpec, asked: dict[str, Any]) -> tuple[Judge, int]:
    import xllamacpp

    from raters.causal_lm import load_tokenizer

    path = find_weights(spec.model, Path())
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.port, params.n_ctx, params.n_parallel = port, 8192, 4
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = N_THREADS
    server = xllamacpp.Server(params)
    url = f"{server.listening_address}/v1/chat/completions"
    write = _writer(spec, load_tokenizer(path))

    def call(pair: RateRequest) -> bool:
        body = {"messages": write(pair), "temperature": 0, "max_tokens": MAX_NEW_TOKENS, **asked}
        request = urllib.request.Request(url, json.dumps(body).encode(), {"content-type": "application/json"})
        choice = json.loads(urllib.request.urlopen(request).read())["choices"][0]
        said = choice["message"]["content"] + json.dumps(choice.get("logprobs"))
        return any(str(grade) in said for grade in range(4))

    def judge(pairs: list[RateRequest]) -> int:
        with ThreadPoolExecutor(4) as threads:
            return sum(threads.map(call, pairs))

    # The server stays as long as what asks it.
    judge.server = server  # type: ignore[attr-defined]
    return judge, path.stat().st_size


def _writer(spec: RaterSpec, tokenizer: Any) -> Callable[[RateRequest], list[dict[str, str]]]:
    """Writes the same prompt as the local rater's, the document cut at the same token, and asks for JSON."""

    def write(pair: RateRequest) -> list[dict[str, str]]:
        prompt: RenderedPrompt = spec.rubric.render(pair)
        ids = tokenizer(prompt.document, add_special_tokens=False)["input_ids"]
        document = tokenizer.decode(ids[: spec.max_document_tokens])
        text = f"{prompt.rubric}{prompt.query}{document}{prompt.question.rstrip()}\n\n{ASK}"
        return [{"role": "user", "content": text}]

    return write


CONTENDERS: dict[str, Callable[[RaterSpec], tuple[Judge, int]]] = {
    "ours": ours,
    "generate": one_by_one,
    "generate-batched": batched,
    "llama.cpp": llama_cpp,
    "llama.cpp-token": llama_cpp_token,
}


def names() -> Iterator[str]:
    """All of them, ours first."""
    yield from CONTENDERS


if __name__ == "__main__":
    main()
