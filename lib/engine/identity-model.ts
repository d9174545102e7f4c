/**
 * A minimal ONNX model `y = Identity(x)` as bytes, for a tensor of any shape.
 *
 * Run with its output left on the GPU it makes ONNX Runtime allocate a buffer: only such buffers survive graph capture
 * (onnxruntime-web 1.30 unregisters buffers made by the page after every run).
 */
export function identityModel(type: 'float32' | 'int64'): Uint8Array<ArrayBuffer> {
  // Field numbers of onnx.proto: ModelProto 1 ir_version, 7 graph, 8 opset_import; GraphProto 1 node, 2 name, 11 input,
  // 12 output; NodeProto 1 input, 2 output, 4 op_type; ValueInfoProto 1 name, 2 type; TypeProto 1 tensor_type, 1 elem_type.
  const elementType = type === 'float32' ? 1 : 7;
  const tensorType = message(2, message(1, varint(1, elementType)));
  const value = (field: number, name: string) => message(field, [...text(1, name), ...tensorType]);
  const node = message(1, [...text(1, 'x'), ...text(2, 'y'), ...text(4, 'Identity')]);
  const graph = message(7, [...node, ...text(2, 'identity'), ...value(11, 'x'), ...value(12, 'y')]);
  const opset = message(8, varint(2, 17));
  return Uint8Array.from([...varint(1, 8), ...graph, ...opset]);
}

function varint(field: number, value: number): number[] {
  return [field << 3, value];
}

function message(field: number, bytes: number[]): number[] {
  if (bytes.length > 127) throw new Error('identityModel: a part outgrew its one-byte length');
  return [(field << 3) | 2, bytes.length, ...bytes];
}

function text(field: number, value: string): number[] {
  return message(field, [...new TextEncoder().encode(value)]);
}
