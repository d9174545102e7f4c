'use client';

import { useEffect, useRef, useState } from 'react';
import type { EngineInfo, EngineStatus } from '@/lib/engine/types';
import { formatBytes } from '@/lib/model/cost';
import { INITIAL_GRANT } from '@/lib/store/playback';
import { latePart, useLate } from '../late/late';
import { useApp, useMoment } from '../page-context';
import { Provenance } from './provenance';
import styles from './top-bar.module.css';

const offlineFacts = latePart(async () => (await import('../offline/offline-facts')).OfflineFacts);

/** What the engine is doing, and on request what it is. The status region holds the state only, so that it is announced rarely. */
export function EngineBadge() {
  const status = useApp((state) => state.status);
  const info = status.state === 'ready' || status.state === 'running' ? status.info : null;
  const waits = useWaiting();
  const waiting = status.state === 'running' ? waits : null;
  return (
    <div className={styles.engine}>
      <span className={styles.state} data-state={waiting === null ? status.state : 'waiting'}>
        <i className={styles.dot} aria-hidden="true" />
        <span role="status" aria-label="Engine">
          {waiting ?? stateText(status)}
          {status.state === 'ready' && (
            <span className="visually-hidden">
              : {status.info.manifest.id} on {backendText(status.info)}
              {status.info.captured ? ', captured' : ''}
            </span>
          )}
        </span>
      </span>
      {info && <Details info={info} />}
      <Provenance />
    </div>
  );
}

/** Why the engine writes nothing though its run goes on: it stays at most a block ahead of the cursor. Null while it writes. */
function useWaiting(): string | null {
  const { trace, cursor, playing } = useMoment();
  const pace = useApp((state) => state.pace);
  const away = useApp((state) => state.runs.some((run) => run.trace !== trace && !run.trace.end));
  if (away) return 'Waiting for its run to be shown';
  if (!trace || trace.end || cursor === null) return null;
  if (!playing) return 'Paused';
  if (pace === 'max') return null;
  const ahead = trace.blocks - 1 - Math.floor(cursor / trace.dims.blockLength);
  return ahead > INITIAL_GRANT ? 'Waiting for the cursor' : null;
}

function stateText(status: EngineStatus): string {
  switch (status.state) {
    case 'idle':
      return 'No model loaded';
    case 'loading':
      return `Loading ${status.model}`;
    case 'compiling':
      return `Compiling ${status.model}`;
    case 'measuring':
      return `Measuring the speed of ${status.model}`;
    case 'ready':
      return 'Ready';
    case 'running':
      return 'Writing';
    case 'failed':
      return 'Stopped by a problem';
  }
}

/** `WebGPU` or `WASM`, as people write them. */
function backendText(info: EngineInfo): string {
  return info.backend === 'webgpu' ? 'WebGPU' : 'WASM';
}

function Details({ info }: { info: EngineInfo }) {
  const details = useRef<HTMLDetailsElement>(null);
  const [open, setOpen] = useState(false);
  const OfflineFacts = useLate(offlineFacts, open);
  useEffect(() => {
    const close = (event: Event) => {
      const element = details.current;
      if (!element?.open) return;
      const outside = event instanceof MouseEvent && !element.contains(event.target as Node);
      const escaped = event instanceof KeyboardEvent && event.key === 'Escape';
      if (outside || escaped) element.open = false;
      // The key is used up: it must not stop a run as well.
      if (escaped) event.preventDefault();
    };
    document.addEventListener('mousedown', close);
    document.addEventListener('keydown', close);
    return () => {
      document.removeEventListener('mousedown', close);
      document.removeEventListener('keydown', close);
    };
  }, []);
  const { manifest } = info;
  const { dims } = manifest;
  const speed = `${Math.round(info.tokensPerSecond).toLocaleString('en')} tokens/s`;
  return (
    <details
      ref={details}
      className={styles.details}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary className={styles.summary}>
        <span>{manifest.id}</span>
        <span className={styles.optional}>{millions(manifest.parameters)}</span>
        <span>
          {backendText(info)}
          {info.captured ? ', captured' : ''}
        </span>
        <span className={`${styles.optional} ${styles.speed}`}>{speed} measured, unpaced</span>
      </summary>
      <dl className={styles.facts}>
        <dt>Model</dt>
        <dd>
          {manifest.id}, {millions(manifest.parameters)} parameters: {dims.blockLayers}{' '}
          block-decoder and {dims.tokenLayers} token-decoder layers, width {dims.width},{' '}
          {dims.heads} heads, blocks of {dims.blockLength}, prefix of {dims.prefixLength}, context
          of {dims.contextLength.toLocaleString('en')} tokens
        </dd>
        <dt>Backend</dt>
        <dd>
          {backendText(info)}, float32,{' '}
          {info.backend === 'webgpu'
            ? info.captured
              ? 'graph captured and replayed'
              : 'not captured'
            : `${info.threads} ${info.threads === 1 ? 'thread' : 'threads'}`}
          {info.adapter ? ` (${info.adapter})` : ''}
        </dd>
        <dt>Why</dt>
        <dd>{sentence(info.reason)}</dd>
        <dt>Speed</dt>
        <dd>
          {speed}: measured, unpaced ({info.stepMs.toFixed(1)} ms a block of {dims.blockLength})
        </dd>
        <dt>KV buffers</dt>
        <dd>{formatBytes(info.allocatedBytes)} allocated</dd>
        {OfflineFacts && <OfflineFacts />}
      </dl>
    </details>
  );
}

function millions(count: number): string {
  return count >= 1e6 ? `${(count / 1e6).toFixed(1)} M` : `${Math.round(count / 1e3)} k`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}
