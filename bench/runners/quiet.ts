import type { Job } from '@/lib/engine/quiet-job';
import type { QuietWriter } from '@/lib/engine/quiet-writer';
import { type Sample, timesOf } from '../lib/sample';
import type { ModelRunner } from './run';

/** A model through its quiet graphs: picks and cache alone, any batch. */
export class QuietRunner implements ModelRunner {
  constructor(private readonly writer: QuietWriter) {}

  async write(job: Job): Promise<Sample> {
    const { started, stamps, runs, heldBytes, allocatedBytes, ids } = await this.writer.write(job);
    return { ...timesOf(started, stamps), runs, heldBytes, allocatedBytes, ids: ids.slice(0, 16) };
  }
}
