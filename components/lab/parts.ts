import type { ComponentType } from 'react';
import { MethodsPart } from './methods/methods-part';
import { ScalingPart } from './scaling/scaling-part';
import { ThroughputPanel } from './throughput/throughput-panel';

/** A part of the page, as its address names it. */
export interface LabPart {
  id: string;
  /** In the navigation. */
  name: string;
  title: string;
  Content: ComponentType;
}

/** The parts in their order. A new one is a line here. */
export const PARTS: readonly [LabPart, ...LabPart[]] = [
  {
    id: 'scaling',
    name: 'Scaling calculator',
    title: 'What a block model saves, at any size',
    Content: ScalingPart,
  },
  {
    id: 'throughput',
    name: 'Throughput',
    title: 'How fast this machine writes, at which batch',
    Content: ThroughputPanel,
  },
  {
    id: 'methods',
    name: 'Other ways to shrink the cache',
    title: 'What other methods keep, and what that costs',
    Content: MethodsPart,
  },
];
