import * as ort from 'onnxruntime-web';
import { expect, test } from 'vitest';
import { matvecModel } from '@/bench/lib/matvec-model';

test('the model multiplies a row by its matrix', async () => {
  // Large enough that every length in the file takes several bytes.
  const [rows, columns] = [192, 300];
  const session = await ort.InferenceSession.create(matvecModel(rows, columns));
  const x = Float32Array.from({ length: rows }, (_, i) => i);
  const { y } = await session.run({ x: new ort.Tensor('float32', x, [1, rows]) });
  expect(y?.dims).toEqual([1, columns]);
  const values = [...((y?.data ?? []) as Float32Array)];
  expect(values).toHaveLength(columns);
  for (const value of values) expect(value).toBeCloseTo((rows - 1) / 2, 2);
  await session.release();
});
