import { number, percent, table } from '@/lib/lab/table';
import { formatBytes } from '@/lib/model/cost';
import { LONG_TASK_MS, type LongTask } from './frames';
import { BUSY_MS, FLAT_FROM, type FrameTimes, type PageResult, scriptBytes } from './page';

/** The page's part of the report. */
export function pageMarkdown(page: PageResult): string {
  const parts = [
    `## The page\n\nThe production app, served to a headless Chromium at ${page.viewport.width} × ${page.viewport.height}, tiny-b4 on WASM, in Compare with its rival of the same loss beside it, nothing throttled, ${page.tokens.toLocaleString('en')} tokens recorded; ${page.created.slice(0, 10)}.`,
    ...(page.frames.length > 0 ? [frames(page)] : []),
    ...(page.first ? [first(page.first)] : []),
    ...(page.memory ? [memory(page.memory)] : []),
    ...(page.scripts.length > 0 ? [scripts(page)] : []),
    `Requests to other origins: ${page.foreign.length === 0 ? 'none' : page.foreign.join(', ')}.`,
  ];
  return parts.join('\n\n');
}

function frames({ frames: rows }: PageResult): string {
  const times = ({ median, p95, max }: FrameTimes) => [median, p95, max].map(number).join(' / ');
  const body = rows.map((row) => [
    row.row,
    String(row.frames),
    String(row.busy),
    times(row.wall),
    times(row.cpu),
    longCount(row.longTasks),
  ]);
  const head = [
    'while',
    'frames',
    'busy',
    'script a frame, ms: median / 95 % / most',
    'of it on the processor',
    'long tasks',
  ];
  const long = rows.flatMap(({ row, longTasks }) =>
    longest(longTasks).map(
      ({ atMs, wallMs, cpuMs, parts }) =>
        `- ${row}, at ${number(atMs / 1000)} s: ${number(wallMs)} ms, ${number(cpuMs)} ms on the processor${parts.length > 0 ? `: ${parts.join(', ')}` : ''}.`,
    ),
  );
  const text = `Script on the main thread from the beginning of a frame to that of the next: animation frame, React, events, timers, microtasks and garbage collection. Frames with less than ${BUSY_MS} ms of it drew nothing and are left out.`;
  return [
    `### Frames\n\n${text}\n\n${table(head, body)}`,
    ...(long.length > 0
      ? [`Tasks above 50 ms, of each row the ${SHOWN} longest:\n\n${long.join('\n')}`]
      : []),
  ].join('\n\n');
}

/** The other long tasks are in the JSON. */
const SHOWN = 3;

function longest(tasks: readonly LongTask[]): LongTask[] {
  return [...tasks].sort((a, b) => b.wallMs - a.wallMs).slice(0, SHOWN);
}

/** How many there are; behind it those that would be long on an idle machine too. */
function longCount(tasks: readonly LongTask[]): string {
  if (tasks.length === 0) return '0';
  const busy = tasks.filter(({ cpuMs }) => cpuMs > LONG_TASK_MS).length;
  return `${tasks.length} (${busy} by processor time)`;
}

function first({ paintMs, textMs }: NonNullable<PageResult['first']>): string {
  const row = (name: string, { median, min, max }: typeof paintMs) => [
    name,
    number(median),
    `${number(min)}–${number(max)}`,
  ];
  return `### The first second\n\nFrom the beginning of the navigation, on localhost, ${paintMs.rounds} visits in fresh profiles.\n\n${table(
    ['', 'median, ms', 'range'],
    [row('first contentful paint', paintMs), row('first token drawn', textMs)],
  )}`;
}

function memory({ held, drift }: NonNullable<PageResult['memory']>): string {
  const body = held.map(({ heapBytes, buffersBytes }, run) => [
    String(run + 1),
    formatBytes(heapBytes),
    formatBytes(buffersBytes),
    formatBytes(heapBytes + buffersBytes),
  ]);
  return `### Memory\n\nWhat the page holds after each full run and a forced collection, the worker aside. From run ${FLAT_FROM + 1} on it goes away from that run’s by at most ${percent(drift)}.\n\n${table(['run', 'JavaScript heap', 'typed arrays', 'together'], body)}`;
}

function scripts({ scripts: files }: PageResult): string {
  const body = files.map(({ name, bytes, gzipBytes, polyfill }) => [
    `${name}${polyfill ? ' (old browsers alone)' : ''}`,
    formatBytes(bytes),
    formatBytes(gzipBytes),
  ]);
  const total = `${number(scriptBytes(files, false) / 1000)} kB, with the polyfills of old browsers ${number(scriptBytes(files, true) / 1000)} kB`;
  return `### JavaScript before the first Generate\n\nThe engine’s worker and its runtime not counted, nor what opens on request and is fetched ahead once the model is ready. Compressed (gzip): ${total}.\n\n${table(['file', 'bytes', 'compressed'], body)}`;
}
