"""Blockscope training: data, tokenizer, Block Transformer, training, evaluation, ONNX export, golden vectors."""
