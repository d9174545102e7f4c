import type { Report } from '@/bench/lib/report';

/** A report in which nothing was measured. */
export function emptyReport(scope: Report['scope']): Report {
  return {
    schema: 1,
    scope,
    created: '2030-01-02T03:04:05.000Z',
    minutes: 20,
    machine: {
      cpu: 'A processor',
      cores: 2,
      memoryGiB: 8,
      system: 'Linux',
      node: '20.9.0',
      browser: 'Chromium 1',
      ortWeb: '1',
      ortNode: null,
      transformersJs: null,
      ortOfTransformersJs: null,
      load: 0,
    },
    models: [],
    missing: [],
    rows: [],
    work: [],
    growth: [],
    outputs: [],
    crossover: [],
    roofline: [],
    rivalCheck: [],
    webgpu: null,
    page: null,
    targets: [],
  };
}
