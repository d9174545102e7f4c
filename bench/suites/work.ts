import type { Job } from '@/lib/engine/quiet-job';
import { interleave, type RoundRule } from '@/lib/lab/rounds';
import { ratios, spread } from '@/lib/lab/stats';
import { peerOf, type Row } from '../lib/rows';
import type { Sample } from '../lib/sample';
import { missing, type Suite } from './context';

/** A row in one kind of work. */
export interface WorkTask {
  row: Row;
  work: string;
  job: Job;
}

/** Measures every task in interleaved rounds: tokens per second, time to first token, cache and runs. */
export async function measureWork(suite: Suite, tasks: WorkTask[], rule: RoundRule): Promise<void> {
  const samples = await interleave(
    tasks,
    rule,
    ({ row, work, job }, round) => {
      suite.progress(`Round ${round + 1}: ${work}, batch ${job.batch}: ${row.id}`);
      return suite.fleet.write(row, job);
    },
    ({ row, work }, cause) => missing(suite, `${row.id} (${work})`, cause),
  );
  for (const task of tasks) {
    const taken = samples.get(task) ?? [];
    const last = taken.at(-1);
    if (!last) continue;
    const peer = tasks.find((t) => t.work === task.work && t.row.id === peerOf(task.row));
    const ratio = peer && ratios(speeds(peer, samples.get(peer)), speeds(task, taken));
    suite.report.work.push({
      row: task.row.id,
      work: task.work,
      batch: task.job.batch,
      tokensPerSecond: spread(speeds(task, taken)),
      firstTokenMs: spread(taken.map(({ firstTokenMs }) => firstTokenMs)),
      heldBytes: last.heldBytes,
      allocatedBytes: last.allocatedBytes,
      runsPerToken: last.runs / task.job.output,
      block: peer && ratio ? { row: peer.row.id, ratio } : null,
    });
  }
}

/** Tokens that all sequences wrote in a second, prompt included in the time. */
function speeds({ job }: WorkTask, samples: readonly Sample[] = []): number[] {
  return samples.map(({ totalMs }) => (1000 * job.output * job.batch) / totalMs);
}
