import { interpolateRgbBasis } from 'd3';
import type { ScaleName } from '@/lib/trace/map-view';

/** Every colour and font that a drawing may use, and how small its type may be. Values come from the page's stylesheet. */
export interface Theme {
  paper: string;
  panel: string;
  ink: string;
  mute: string;
  line: string;
  global: string;
  globalPale: string;
  local: string;
  localPale: string;
  now: string;
  flat: string;
  hatchGround: string;
  hatchLine: string;
  promptPale: string;
  /** 256 colours from attention 0 to attention 1, after the scale's transform. */
  globalRamp: Ramp;
  localRamp: Ramp;
  /** Of a flat model, which has no blocks: grey. */
  flatRamp: Ramp;
  sans: string;
  mono: string;
  /** Size of the smallest type, in pixels: 12, on a stage 18. */
  type: number;
}

/** A table of colours and, for each, the ink that is readable on it. */
export interface Ramp {
  css: readonly string[];
  rgb: Uint8ClampedArray;
  ink: readonly string[];
}

/** The transforms of the attention scale: their names in legends, what they compute, and the places of weights 0 … 1. */
export const SCALES: Record<
  ScaleName,
  { name: string; formula: string; place(weight: number): number }
> = {
  linear: { name: 'linear scale', formula: 'colour at w', place: (weight) => weight },
  sqrt: { name: '√ scale', formula: 'colour at √w', place: Math.sqrt },
  log: {
    name: 'log scale',
    formula: 'colour at log₁₀(1 + 999 w) / 3',
    place: (weight) => Math.log10(1 + 999 * weight) / 3,
  },
};

/** The name of the usual scale. */
export const SCALE_NAME = SCALES.sqrt.name;

/** Which of the 256 colours attention `weight` has: the domain is always 0–1, whatever the transform. */
export function rampIndex(weight: number, scale: ScaleName = 'sqrt'): number {
  return Math.round(255 * SCALES[scale].place(Math.min(1, Math.max(0, weight))));
}

/** A ramp through `stops` (CSS colours, weight 0 first). */
export function makeRamp(stops: readonly string[], inks: readonly [string, string]): Ramp {
  const colour = interpolateRgbBasis([...stops]);
  const css: string[] = [];
  const ink: string[] = [];
  const rgb = new Uint8ClampedArray(256 * 3);
  for (let i = 0; i < 256; i++) {
    const text = colour(i / 255);
    css.push(text);
    const parts = text.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0];
    const here: [number, number, number] = [parts[0] ?? 0, parts[1] ?? 0, parts[2] ?? 0];
    rgb.set(here, i * 3);
    ink.push(bestInk(here, inks));
  }
  return { css, rgb, ink };
}

function bestInk(ground: [number, number, number], inks: readonly [string, string]): string {
  const [first, second] = inks;
  return contrast(ground, hex(first)) >= contrast(ground, hex(second)) ? first : second;
}

function hex(colour: string): [number, number, number] {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** WCAG contrast ratio of two sRGB colours. */
export function contrast(a: readonly number[], b: readonly number[]): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function luminance(rgb: readonly number[]): number {
  const [r, g, b] = rgb.map((part) => {
    const v = part / 255;
    return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
