"""A thin layer over ``onnx.helper``: values are names, shapes and constants are added where they are used."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 21
CONTRIB = "com.microsoft"
HIDDEN = -1e9
"""What a mask adds to a hidden score, and what a cut leaves of a dropped logit."""

T = TypeVar("T")

_TYPES = {"int64": TensorProto.INT64, "float32": TensorProto.FLOAT}


@dataclass(frozen=True)
class StoredTensor:
    """Where one float16 tensor lies in the weights file."""

    shape: tuple[int, ...]
    offset: int
    bytes: int


@dataclass(frozen=True)
class Port:
    """One graph input or output; a string in ``shape`` names a size that varies."""

    name: str
    type: str
    shape: tuple[int | str, ...]


@dataclass(frozen=True)
class Graph:
    """A finished graph with the ports the manifest lists."""

    model: onnx.ModelProto
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]


class GraphBuilder:
    """Collects nodes, constants and ports of one graph.

    Every method that makes a value returns its name. Weights are float16 initializers in ``weights_file`` followed by
    a ``Cast``; the runtime folds the cast, and everything computed from weights alone, when it loads the graph.
    """

    def __init__(self, name: str, tensors: Mapping[str, StoredTensor], weights_file: str) -> None:
        self._name = name
        self._tensors = tensors
        self._weights_file = weights_file
        self._nodes: list[onnx.NodeProto] = []
        self._initializers: dict[str, TensorProto] = {}
        self._casts: dict[str, str] = {}
        self._made: dict[str, Any] = {}
        self._inputs: list[Port] = []
        self._outputs: list[Port] = []
        self._scope: list[str] = []
        self._counts: dict[str, int] = {}

    @contextmanager
    def scope(self, *names: object) -> Iterator[None]:
        """Prefix the names of the values made inside, for readers of the graph."""
        self._scope.extend(str(name) for name in names)
        try:
            yield
        finally:
            del self._scope[len(self._scope) - len(names) :]

    def _unique(self, stem: str) -> str:
        path = "/".join([*self._scope, stem])
        count = self._counts[path] = self._counts.get(path, 0) + 1
        return path if count == 1 else f"{path}_{count}"

    def input(self, name: str, type: str, shape: Sequence[int | str]) -> str:
        """Declare a graph input."""
        self._inputs.append(Port(name, type, tuple(shape)))
        return name

    def output(self, value: str, name: str, type: str, shape: Sequence[int | str]) -> None:
        """Make ``value`` the graph output ``name``.

        The node that makes ``value`` is made to write ``name`` itself: an ``Identity`` would cost a copy, and copies
        are not replayed by a captured WebGPU session.
        """
        self._outputs.append(Port(name, type, tuple(shape)))
        for node in self._nodes:
            for names in (node.input, node.output):
                for index, current in enumerate(names):
                    if current == value:
                        names[index] = name

    def op(self, kind: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        """Append a node with one output."""
        return self.ops(kind, *inputs, outputs=1, domain=domain, **attributes)[0]

    def ops(self, kind: str, *inputs: str, outputs: int, domain: str = "", **attributes: Any) -> list[str]:
        """Append a node with several outputs."""
        names = [self._unique(kind) for _ in range(outputs)]
        self.node(kind, inputs, names, domain, **attributes)
        return names

    def node(self, kind: str, inputs: Sequence[str], outputs: Sequence[str], domain: str = "", **attributes: Any) -> None:
        """Append a node whose output names are given; an empty name leaves an optional output out."""
        self._nodes.append(
            helper.make_node(kind, list(inputs), list(outputs), name=self._unique(f"{kind}.node"), domain=domain, **attributes)
        )

    def value(self, stem: str) -> str:
        """A fresh value name in the current scope."""
        return self._unique(stem)

    def constant(self, array: np.ndarray) -> str:
        """An inline initializer; equal arrays are stored once."""
        key = f"{array.dtype}{list(array.shape)}:{array.tobytes().hex()}"
        if key not in self._initializers:
            self._initializers[key] = numpy_helper.from_array(array, name=f"constant_{len(self._initializers)}")
        return self._initializers[key].name

    def floats(self, *numbers: float) -> str:
        """A float32 vector."""
        return self.constant(np.array(numbers, dtype=np.float32))

    def integers(self, *numbers: int) -> str:
        """An int64 vector."""
        return self.constant(np.array(numbers, dtype=np.int64))

    def weight(self, name: str) -> str:
        """The stored tensor ``name`` as float32; ``KeyError`` if the weights file has none of that name."""
        if name not in self._casts:
            try:
                stored = self._tensors[name]
            except KeyError:
                raise KeyError(f"the weights have no tensor named {name!r}") from None
            proto = TensorProto(name=name, data_type=TensorProto.FLOAT16, dims=stored.shape)
            proto.data_location = TensorProto.EXTERNAL
            for key, entry in (("location", self._weights_file), ("offset", stored.offset), ("length", stored.bytes)):
                proto.external_data.add(key=key, value=str(entry))
            self._initializers[name] = proto
            cast = f"{name}.float32"
            self.node("Cast", [name], [cast], to=TensorProto.FLOAT)
            self._casts[name] = cast
        return self._casts[name]

    def once(self, key: str, make: Callable[[], T]) -> T:
        """What ``make`` returns, made at the first call with ``key``: values of weights alone that several places use."""
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    def reshape(self, x: str, *shape: int) -> str:
        """``Reshape`` to constants; 0 copies a size, -1 takes what is left."""
        return self.op("Reshape", x, self.integers(*shape))

    def split(self, x: str, axis: int, sizes: Sequence[int]) -> list[str]:
        """``Split`` along ``axis``."""
        return self.ops("Split", x, self.integers(*sizes), outputs=len(sizes), axis=axis)

    def concat(self, values: Sequence[str], axis: int) -> str:
        """``Concat`` along ``axis``; a single value passes unchanged."""
        return values[0] if len(values) == 1 else self.op("Concat", *values, axis=axis)

    def build(self) -> Graph:
        """The finished graph."""

        def info(port: Port) -> onnx.ValueInfoProto:
            return helper.make_tensor_value_info(port.name, _TYPES[port.type], port.shape)

        graph = helper.make_graph(
            self._nodes,
            self._name,
            [info(port) for port in self._inputs],
            [info(port) for port in self._outputs],
            list(self._initializers.values()),
        )
        model = helper.make_model(
            graph,
            producer_name="blockscope",
            ir_version=10,
            opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(CONTRIB, 1)],
        )
        return Graph(model, tuple(self._inputs), tuple(self._outputs))
