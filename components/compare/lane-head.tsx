'use client';

import type { LaneId } from '@/lib/compare/types';
import type { EngineInfo, EngineStatus } from '@/lib/engine/types';
import { formatBytes } from '@/lib/model/cost';
import buttons from '../button.module.css';
import top from '../top-bar/top-bar.module.css';
import { BlockLengthDial } from './block-length-dial';
import { CacheChooser } from './cache-chooser';
import styles from './compare.module.css';
import { useCompare, useCompareState } from './compare-context';
import { ModelChooser } from './model-chooser';

/** Which model a lane has, what its engine is doing and, if something went wrong, what and a way on. */
export function LaneHead({ lane }: { lane: LaneId }) {
  const { session } = useCompare();
  const { status, info, problem, model, cache } = useCompareState((state) => state.lanes[lane]);
  const failed = status.state === 'failed' ? status.problem : null;
  // What is wrong with the prompt is said at the prompt.
  const wrong = failed ?? (problem?.recovery === 'edit-prompt' ? null : problem);
  return (
    <>
      <div className={styles.head}>
        <ModelChooser lane={lane} />
        <CacheChooser lane={lane} />
        <span className={top.state} data-state={status.state}>
          <i className={top.dot} aria-hidden="true" />
          <span role="status" aria-label={`Engine, ${lane} lane`}>
            {stateText(status)}
          </span>
        </span>
        <Loading status={status} />
        {info && <Facts info={info} />}
      </div>
      <BlockLengthDial lane={lane} />
      {wrong && wrong.code !== 'cancelled' && (
        <p className={styles.wrong} role="alert">
          {wrong.message}{' '}
          <button
            type="button"
            className={buttons.button}
            onClick={() => void session.choose(lane, model, cache)}
          >
            Load again
          </button>
        </p>
      )}
    </>
  );
}

function stateText(status: EngineStatus): string {
  switch (status.state) {
    case 'idle':
      return 'Not loaded';
    case 'loading':
      return 'Fetching';
    case 'compiling':
      return 'Compiling';
    case 'measuring':
      return 'Measuring speed';
    case 'ready':
      return 'Ready';
    case 'running':
      return 'Writing';
    case 'failed':
      return 'Stopped by a problem';
  }
}

function Facts({ info }: { info: EngineInfo }) {
  const { parameters, dims, architecture } = info.manifest;
  const size =
    parameters >= 1e6 ? `${(parameters / 1e6).toFixed(1)} M` : `${Math.round(parameters / 1e3)} k`;
  const layers =
    architecture === 'flat'
      ? `${dims.blockLayers} layers`
      : `${dims.blockLayers} + ${dims.tokenLayers} layers, blocks of ${dims.blockLength}`;
  const backend = info.backend === 'webgpu' ? 'WebGPU' : 'WASM';
  return (
    <span
      className={styles.facts}
      title={`${layers} of width ${dims.width}, ${dims.heads} heads. ${backend}: ${info.reason}. ${Math.round(info.tokensPerSecond).toLocaleString('en')} tokens/s measured, unpaced.`}
    >
      {size} · {layers} · {backend}
    </span>
  );
}

/** Bytes loaded of all, while they are. */
function Loading({ status }: { status: EngineStatus }) {
  if (status.state !== 'loading' && status.state !== 'compiling' && status.state !== 'measuring')
    return null;
  const known = status.state === 'loading' && status.totalBytes > 0 ? status : null;
  return (
    <>
      <progress
        className={styles.bytes}
        aria-label={known ? 'Bytes loaded' : 'Loading'}
        max={known?.totalBytes ?? 1}
        value={known?.loadedBytes}
      />
      {known && (
        <span className={styles.facts}>
          {formatBytes(known.loadedBytes)} of {formatBytes(known.totalBytes)}
        </span>
      )}
    </>
  );
}
