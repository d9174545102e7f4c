import type { RuntimeFlavour } from '@/lib/engine/runtime';

/** A file of the built site; `url` is relative to the site's folder. */
export interface SiteFile {
  url: string;
  bytes: number;
}

/** What the built site consists of, models aside. The build writes it into the service worker. */
export interface SiteContents {
  /** Everything that the pages may ask for. `revision` is a digest, or null where the name has one in it. */
  shell: readonly (SiteFile & { revision: string | null })[];
  /** The builds of ONNX Runtime; of these a reader needs one or two. */
  runtimes: Readonly<Record<RuntimeFlavour, readonly SiteFile[]>>;
}

/** What is to be kept beside the pages. */
export interface Wanted {
  models: readonly string[];
  runtimes: readonly RuntimeFlavour[];
}

/** What is kept, in bytes of the files; 0 or absent for what is not, or not all, there. */
export interface KeptReport {
  page: number;
  runtimes: readonly { flavour: RuntimeFlavour; bytes: number }[];
  models: readonly { id: string; bytes: number }[];
}

/** What a page says to the service worker, with a port for the answers. */
export type ToServiceWorker = ({ type: 'keep' } & Wanted) | { type: 'report' } | { type: 'stop' };

/** `progress` is left out when there is nothing to fetch. The last answer is `done` or `failed`. */
export type FromServiceWorker =
  | { type: 'progress'; done: number; total: number }
  | { type: 'done'; report: KeptReport }
  | { type: 'failed'; reason: string };

/** Whether the browser may clear what is kept by itself. */
export type Persistence = 'asked-for' | 'may-clear' | 'declined' | 'unknown';

/** What a page knows of being kept. */
export type OfflineStatus =
  /** One sentence: why this browser or this address cannot. */
  | { state: 'impossible'; reason: string }
  /** The reader removed it. */
  | { state: 'off' }
  /** Nothing was loaded yet that could be kept. */
  | { state: 'waiting' }
  | { state: 'keeping'; done: number; total: number }
  | { state: 'kept'; report: KeptReport; persistence: Persistence }
  /** The end of a sentence: "It could not be kept: …". */
  | { state: 'failed'; reason: string };
