"""The WebGPU graphs: the same numbers as the WASM graphs, and only what WebGPU can run."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from graph_sessions import Arrays, FlatRig, GraphRig, Rig, assert_close, cpu_session, small_config, small_flat
from numpy.typing import NDArray

from blockscope_training.config import get_config

# Every one has a WebGPU kernel in onnxruntime-web 1.30 for the number types used here; Reshape runs none.
FREE = {"Reshape"}
KERNELS = {
    "Add",
    "ArgMax",
    "Cast",
    "Concat",
    "Gather",
    "Gelu",
    "Gemm",
    "Greater",
    "LayerNormalization",
    "Less",
    "MatMul",
    "Mul",
    "ReduceL2",
    "ReduceSum",
    "RotaryEmbedding",
    "ScatterND",
    "SkipLayerNormalization",
    "Slice",
    "Softmax",
    "Split",
    "Transpose",
    "Where",
}
FORMS = ["", "-cut", "-quiet"]
GPU_STEPS = [("block", f"gpu-step{form}") for form in FORMS] + [
    ("flat", f"gpu-step{count}{form}") for count in ("", "-4") for form in FORMS
]
GPU_GRAPHS = [("block", "prefill"), ("flat", "prefill"), ("flat", "prefill-quiet"), *GPU_STEPS]
WASM_GRAPHS = [("block", "inspect"), *((kind, name.removeprefix("gpu-")) for kind, name in GPU_STEPS)]


def optimised(rig: GraphRig, name: str) -> onnx.ModelProto:
    """Graph ``name`` as any execution provider gets it: after folding, before provider-specific fusions."""
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
    path = rig.directory / f"{name}.optimised.onnx"
    options.optimized_model_filepath = str(path)
    cpu_session(rig.file(name), options)
    return onnx.load(path, load_external_data=False)


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Rig:
    return Rig(small_config(), tmp_path_factory.mktemp("gpu"))


@pytest.fixture(scope="module")
def rigs(rig: Rig, tmp_path_factory: pytest.TempPathFactory) -> dict[str, GraphRig]:
    return {"block": rig, "flat": FlatRig(small_flat(), tmp_path_factory.mktemp("flat"))}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> dict[str, GraphRig]:
    flat = tmp_path_factory.mktemp("tiny-flat")
    return {
        "block": Rig(get_config("tiny-b4"), tmp_path_factory.mktemp("tiny")),
        "flat": FlatRig(get_config("tiny-flat-same"), flat),
    }


def assert_same_step(rig: Rig, gpu: Arrays, wasm: Arrays, position: int) -> None:
    """Outputs of ``gpu-step`` are those of ``step`` under the names and layout of the contract."""
    config, prefix = rig.config, rig.config.prefix_length
    for slot in range(config.block_length):
        assert gpu[f"pick_{slot}"][0, 0] == wasm["picks"][0, slot]
        assert_close(gpu[f"logits_{slot}"][0], wasm["logits"][0, slot], "logits")
    for layer in range(config.block_layers):
        rows = gpu[f"global_attention_{layer}"][:, 0]
        assert_close(rows[:, : position + 1], wasm["global_attention"][0, layer], "global_attention")
        assert (rows[:, position + 1 :] == 0).all()
        for index, kind in enumerate("kv"):
            cache = gpu[f"present_{kind}_{layer}"]
            assert_close(cache[:, position], wasm["kv"][0, 0, 2 * layer + index], "kv")
            assert (cache[:, position + 1 :] == 0).all()
    norms = np.linalg.norm(wasm["kv"][0, 0].astype(np.float64), axis=-1)
    assert_close(gpu["kv_norms"].reshape(norms.shape), norms, "kv_norms")
    for layer in range(config.token_layers):
        for slot in range(config.block_length):
            local = gpu[f"local_attention_{layer}_{slot}"]
            first, rows_held = (0, prefix) if slot == 0 else (prefix - 1 + slot, 1)
            expected = wasm["local_attention"][0, layer, :, first : first + rows_held]
            assert_close(local, expected[..., : prefix + slot], "local_attention")
            assert (expected[..., prefix + slot :] == 0).all()
    assert_close(gpu["context"], wasm["context"], "context")
    assert_close(gpu["prefixes"].reshape(prefix, -1), wasm["prefixes"][0], "prefixes")


@pytest.mark.parametrize("changes", [{}, {"prefix_length": 1}, {"block_length": 1, "context_length": 9}])
def test_gpu_steps_equal_wasm_steps(changes: dict[str, Any], tmp_path: Path) -> None:
    rig = Rig(small_config(**changes), tmp_path)
    rng = np.random.default_rng(2)
    past, caches = rig.empty_past(1), rig.empty_caches()
    blocks = rng.integers(0, rig.config.vocabulary, (1, rig.config.block_length))
    for position in range(5):
        step = rig.step_feeds(blocks, past)
        step["noise"] = rng.gumbel(size=step["noise"].shape).astype(np.float32)
        step["logit_bias"] = rng.normal(size=rig.config.vocabulary).astype(np.float32)
        wasm = rig.run("step", step)
        feeds = rig.gpu_feeds(step, caches)
        gpu = rig.run("gpu-step", feeds)
        assert_same_step(rig, gpu, wasm, position)
        quiet = rig.run("gpu-step-quiet", feeds)
        assert set(quiet) == {name for name in gpu if name.startswith(("pick_", "present_"))}
        for name, values in quiet.items():
            np.testing.assert_array_equal(values, gpu[name])
        past = np.concatenate([past, wasm["kv"]])
        caches = {name: gpu[name.replace("past", "present")] for name in caches}
        blocks = wasm["picks"]


def test_the_cut_graph_gives_the_same_rows(rig: Rig) -> None:
    step = rig.step_feeds(np.array([[3, 1, 4, 1]]), rig.empty_past(1))
    feeds = rig.gpu_feeds(step, rig.empty_caches())
    cut: dict[str, NDArray[Any]] = {"top_k": np.array([5], np.float32), "top_p": np.array([0.9], np.float32)}
    assert_same_step(rig, rig.run("gpu-step-cut", feeds | cut), rig.run("step", step), 0)


@pytest.mark.parametrize(("kind", "name"), GPU_GRAPHS)
def test_every_node_has_a_webgpu_kernel(rigs: dict[str, GraphRig], kind: str, name: str) -> None:
    model = optimised(rigs[kind], name)
    assert {node.op_type for node in model.graph.node} <= KERNELS | FREE


@pytest.mark.parametrize(("kind", "name"), GPU_STEPS)
def test_outputs_are_no_copies(rigs: dict[str, GraphRig], kind: str, name: str) -> None:
    """A captured session replays kernels only, so an output must be written by one."""
    model = optimised(rigs[kind], name)
    makers = {output: node.op_type for node in model.graph.node for output in node.output}
    assert not {makers[output.name] for output in model.graph.output} & {"Identity", *FREE}


@pytest.mark.parametrize(("kind", "name"), GPU_STEPS)
def test_caches_are_written_in_place(rigs: dict[str, GraphRig], kind: str, name: str) -> None:
    """Every ``ScatterND`` reads and writes buffers that the engine can bind to be the same: inputs and outputs."""
    graph = optimised(rigs[kind], name).graph
    bound = {port.name for port in (*graph.input, *graph.output)}
    writers = [node for node in graph.node if node.op_type == "ScatterND"]
    assert writers
    for node in writers:
        assert {node.input[0], node.output[0]} <= bound


@pytest.mark.parametrize(("kind", "name"), GPU_STEPS)
def test_every_shape_is_fixed(rigs: dict[str, GraphRig], kind: str, name: str) -> None:
    graph = rigs[kind].graphs[name]
    assert all(isinstance(size, int) for port in (*graph.inputs, *graph.outputs) for size in port.shape)


@pytest.mark.parametrize(
    ("kind", "name", "budget"),
    [
        ("block", "gpu-step", 280),
        ("block", "gpu-step-quiet", 280),
        ("block", "gpu-step-cut", 340),
        ("flat", "gpu-step", 95),
        ("flat", "gpu-step-4", 370),
    ],
)
def test_tiny_stays_within_its_kernel_budget(tiny: dict[str, GraphRig], kind: str, name: str, budget: int) -> None:
    kinds = Counter(node.op_type for node in optimised(tiny[kind], name).graph.node)
    assert sum(count for kind, count in kinds.items() if kind not in FREE) <= budget, kinds


@pytest.mark.parametrize(("kind", "name"), [*GPU_GRAPHS, *WASM_GRAPHS])
def test_weight_arithmetic_is_folded_at_load(rigs: dict[str, GraphRig], kind: str, name: str) -> None:
    """Every node left depends on an input: nothing is computed from weights alone."""
    graph = optimised(rigs[kind], name).graph
    varying = {port.name for port in graph.input}
    for node in graph.node:
        assert varying & set(node.input), f"{node.op_type} {node.name} was not folded"
        varying |= set(node.output)


@pytest.mark.parametrize(("kind", "name"), [*GPU_GRAPHS, *WASM_GRAPHS])
def test_nothing_is_computed_in_vain(rigs: dict[str, GraphRig], kind: str, name: str) -> None:
    graph = optimised(rigs[kind], name).graph
    used = {port.name for port in graph.output} | {value for node in graph.node for value in node.input}
    for node in graph.node:
        assert used & set(node.output), f"{node.op_type} {node.name} makes nothing that is used"
