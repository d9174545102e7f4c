import { makeRamp, type Theme } from '@/lib/draw/theme';
import { stageType } from './stage-type';

/** The page's colours and fonts, resolved for the theme in force or, if said, for another. */
export function readTheme(scheme?: 'light' | 'dark'): Theme {
  const probe = document.createElement('span');
  if (scheme) probe.style.colorScheme = scheme;
  document.body.append(probe);
  // A computed colour is resolved; a custom property would still read `light-dark(…)`.
  const colour = (name: string): string => {
    probe.style.color = `var(--${name})`;
    return toHex(getComputedStyle(probe).color);
  };
  const style = getComputedStyle(document.documentElement);
  const font = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  // The better of black and white has a contrast of at least 4.5 on any ground.
  const inks: [string, string] = ['#000000', '#ffffff'];
  const ramp = (family: string) =>
    makeRamp([colour(`${family}-0`), colour(`${family}-1`), colour(`${family}-2`)], inks);
  const theme: Theme = {
    paper: colour('paper'),
    panel: colour('panel'),
    ink: colour('ink'),
    mute: colour('mute'),
    line: colour('line'),
    global: colour('global'),
    globalPale: colour('global-pale'),
    local: colour('local'),
    localPale: colour('local-pale'),
    now: colour('now'),
    flat: colour('flat'),
    hatchGround: colour('hatch-ground'),
    hatchLine: colour('hatch-line'),
    promptPale: colour('prompt-pale'),
    globalRamp: ramp('global'),
    localRamp: ramp('local'),
    flatRamp: makeRamp([colour('soft'), colour('flat'), colour('ink')], inks),
    sans: font('sans'),
    mono: font('mono'),
    type: stageType(),
  };
  probe.remove();
  return theme;
}

function toHex(colour: string): string {
  const parts = colour
    .match(/[\d.]+/g)
    ?.slice(0, 3)
    .map(Number) ?? [0, 0, 0];
  return `#${parts.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;
}
