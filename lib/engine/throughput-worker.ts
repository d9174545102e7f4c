/// <reference lib="webworker" />
import { ALL_MODELS } from '@/lib/model/catalog';
import { fetchReader } from './fetch-bundle';
import { fallBackOnKept } from './kept-fetch';
import { ThroughputEngine } from './throughput-engine';
import type { FromThroughput, ToThroughput } from './throughput-protocol';
import { whyNot } from './throughput-reason';

/** The worker of the measurements: the page asks one thing at a time, and ends it to cancel. */
let engine: ThroughputEngine | null = null;

/** Between two messages on how far a job is: often enough to be seen moving, too seldom to cost. */
const PAUSE_MS = 200;

function post(message: FromThroughput): void {
  self.postMessage(message);
}

fallBackOnKept(self);

self.addEventListener('message', async ({ data }: MessageEvent<ToThroughput>) => {
  try {
    post(await answer(data));
  } catch (cause) {
    post({ type: 'refused', reason: whyNot(cause) });
  }
});

async function answer(question: ToThroughput): Promise<FromThroughput> {
  switch (question.type) {
    case 'open': {
      const { model, baseUrl, threads } = question;
      engine ??= new ThroughputEngine(threads);
      await engine.open(model, fetchReader(model, baseUrl, { offered: ALL_MODELS }));
      return { type: 'opened', version: engine.version };
    }
    case 'measure': {
      if (!engine) throw new Error('no model is open');
      const { row, job, budgetBytes } = question;
      let told = performance.now();
      const sample = await engine.measure(row, job, budgetBytes, (tokens) => {
        const now = performance.now();
        if (now - told < PAUSE_MS) return;
        told = now;
        post({ type: 'wrote', tokens });
      });
      return { type: 'measured', sample };
    }
    case 'close': {
      await engine?.close();
      return {
        type: 'closed',
        allocatedBytes: engine?.allocatedBytes ?? 0,
        openSessions: engine?.openSessions ?? 0,
      };
    }
  }
}
