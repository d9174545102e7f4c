/**
 * A minimal ONNX model `y = MatMul(x, w)` as bytes, with a constant float32 matrix `w` of `rows × columns`; every number of it is
 * `1 / rows`, so that y is the mean of x.
 */
export function matvecModel(rows: number, columns: number): Uint8Array<ArrayBuffer> {
  // Field numbers of onnx.proto: ModelProto 1 ir_version, 7 graph, 8 opset_import; GraphProto 1 node, 2 name, 5 initializer,
  // 11 input, 12 output; NodeProto 1 input, 2 output, 4 op_type; TensorProto 1 dims, 2 data_type, 8 name, 9 raw_data;
  // ValueInfoProto 1 name, 2 type; TypeProto 1 tensor_type: 1 elem_type, 2 shape: 1 dim: 1 dim_value.
  const shape = (sizes: number[]) => sizes.map((size) => field(1, number(1, size)));
  const value = (name: string, sizes: number[]) => [
    text(1, name),
    field(2, field(1, number(1, 1), field(2, ...shape(sizes)))),
  ];
  const weights = new Uint8Array(new Float32Array(rows * columns).fill(1 / rows).buffer);
  const node = field(1, text(1, 'x'), text(1, 'w'), text(2, 'y'), text(4, 'MatMul'));
  const matrix = field(
    5,
    number(1, rows),
    number(1, columns),
    number(2, 1),
    text(8, 'w'),
    field(9, weights),
  );
  const graph = field(
    7,
    node,
    text(2, 'matvec'),
    matrix,
    field(11, ...value('x', [1, rows])),
    field(12, ...value('y', [1, columns])),
  );
  return joined([number(1, 8), graph, field(8, number(2, 17))]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}

function number(id: number, value: number): Uint8Array {
  return Uint8Array.from([...varint(id * 8), ...varint(value)]);
}

function field(id: number, ...parts: Uint8Array[]): Uint8Array {
  const body = joined(parts);
  return joined([Uint8Array.from([...varint(id * 8 + 2), ...varint(body.length)]), body]);
}

function text(id: number, value: string): Uint8Array {
  return field(id, new TextEncoder().encode(value));
}
