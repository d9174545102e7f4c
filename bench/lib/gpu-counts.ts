/** WebGPU calls that cost time whatever the device. */
export interface CallCounts {
  dispatches: number;
  maps: number;
  bindGroups: number;
  submits: number;
}

/** What a number of steps on a GPU took. */
export interface GpuCounts {
  steps: number;
  /** Tokens that they wrote. */
  tokens: number;
  calls: CallCounts;
  allocatedBytes: number;
  /** Median duration of a step; null on a software adapter, whose times mean nothing. */
  stepMs: number | null;
}

/** `counts` over `per` steps or tokens. */
export function perUnit(counts: CallCounts, per: number): CallCounts {
  return {
    dispatches: counts.dispatches / per,
    maps: counts.maps / per,
    bindGroups: counts.bindGroups / per,
    submits: counts.submits / per,
  };
}
