import { DEFAULT_PRESET, PAPER_RIVALS, PRESETS } from '@/lib/model/paper-sizes';
import type { Setting } from '@/lib/model/scaling';
import { MOST_OTHERS, PLOTTED } from '../plotted-methods';
import { BYTE_CHOICES, MODEL_INPUTS, settingProblem, USE_INPUTS } from './setting-inputs';

/** What the calculator shows, as far as its address says. */
export interface ScalingState {
  setting: Setting;
  /** Id of a flat rival; the one of the same size if it is `same-size`. */
  rival: string;
  /** Ids of other methods in the plot. */
  others: readonly string[];
}

export interface ScalingAddress {
  state: ScalingState;
  /** A sentence for each value that cannot be used. */
  notices: string[];
}

export const SAME_SIZE = 'same-size';

const INPUTS = [...MODEL_INPUTS, ...USE_INPUTS];

/** All that the calculator writes into the address. */
export const SCALING_PARAMETERS: readonly string[] = [
  'preset',
  ...INPUTS.map(({ parameter }) => parameter),
  'bytes',
  'weights',
  'rival',
  'with',
];

/** The setting that the page opens with. */
export function defaultScaling(): ScalingState {
  const preset = PRESETS.find(({ id }) => id === DEFAULT_PRESET) ?? PRESETS[0];
  if (!preset) throw new Error('no presets');
  return { setting: preset.setting, rival: SAME_SIZE, others: [] };
}

/** Reads the calculator's state from a query string: a preset, and numbers that differ from it. A bad value is named. */
export function readScaling(search: string): ScalingAddress {
  const parameters = new URLSearchParams(search);
  const notices: string[] = [];
  const state = defaultScaling();
  const id = parameters.get('preset');
  const preset = PRESETS.find((one) => one.id === id);
  if (preset) state.setting = preset.setting;
  else if (id !== null) {
    notices.push(
      `The address asks for preset “${shown(id)}”; there is none of that name. ${DEFAULT_PRESET} is used.`,
    );
  }
  const setting = { ...state.setting };
  for (const { key, parameter, label, min, max } of INPUTS) {
    const text = parameters.get(parameter);
    if (text === null) continue;
    const value = Number(text);
    const whole = key === 'memoryGiB' || Number.isInteger(value);
    if (text.trim() !== '' && whole && value >= min && value <= max) setting[key] = value;
    else {
      notices.push(
        `The address asks for ${parameter} “${shown(text)}” (${label.toLowerCase()}); it can be ${
          key === 'memoryGiB' ? 'a number' : 'a whole number'
        } from ${min.toLocaleString('en')} to ${max.toLocaleString('en')}. ${setting[key].toLocaleString('en')} is used.`,
      );
    }
  }
  const bytes = parameters.get('bytes');
  if (bytes !== null) {
    const choice = BYTE_CHOICES.find((one) => String(one.bytes) === bytes);
    if (choice) setting.bytesPerNumber = choice.bytes;
    else {
      notices.push(
        `The address asks for bytes “${shown(bytes)}”; it can be 1, 2 or 4. ${setting.bytesPerNumber} is used.`,
      );
    }
  }
  if (parameters.get('weights') === 'off') setting.countWeights = false;
  const problem = settingProblem(setting);
  if (problem === null) state.setting = setting;
  else notices.push(`${problem} The preset’s numbers are used.`);
  const rival = parameters.get('rival');
  if (rival !== null && PAPER_RIVALS.some((one) => one.id === rival)) state.rival = rival;
  else if (rival !== null && rival !== SAME_SIZE) {
    notices.push(
      `The address asks for rival “${shown(rival)}”; there is none of that name. The flat transformer of the same size is used.`,
    );
  }
  const others = (parameters.get('with') ?? '').split(',').filter((one) => one !== '');
  state.others = others
    .filter((one) => PLOTTED.some((method) => method.id === one))
    .slice(0, MOST_OTHERS);
  for (const one of others) {
    if (state.others.includes(one)) continue;
    notices.push(
      PLOTTED.some((method) => method.id === one)
        ? `The address asks for more than ${MOST_OTHERS} other methods: “${shown(one)}” is left out.`
        : `The address asks for method “${shown(one)}” in the plot; there is none of that name with a cache to plot.`,
    );
  }
  return { state, notices };
}

/** The preset that a setting is, or null. */
export function presetOf(setting: Setting): string | null {
  const keys = Object.keys(setting) as (keyof Setting)[];
  const same = PRESETS.find((one) => keys.every((key) => one.setting[key] === setting[key]));
  return same?.id ?? null;
}

/** The query string of a state: short for a preset, else every number. */
export function scalingSearch({ setting, rival, others }: ScalingState): URLSearchParams {
  const parameters = new URLSearchParams();
  const preset = presetOf(setting);
  if (preset !== null) {
    if (preset !== DEFAULT_PRESET) parameters.set('preset', preset);
  } else {
    for (const { key, parameter } of INPUTS) parameters.set(parameter, String(setting[key]));
    parameters.set('bytes', String(setting.bytesPerNumber));
    if (!setting.countWeights) parameters.set('weights', 'off');
  }
  if (rival !== SAME_SIZE) parameters.set('rival', rival);
  if (others.length > 0) parameters.set('with', others.join(','));
  return parameters;
}

export function shown(value: string): string {
  return value.length > 40 ? `${value.slice(0, 40)}…` : value;
}
