/** The CPU build of ONNX Runtime: package.json's `imports` gives Node its own file and browsers `onnxruntime-web/wasm`. */
declare module '#ort-wasm' {
  export * from 'onnxruntime-web';
}
