import { makeRamp, type Theme } from '@/lib/draw/theme';

const inks: [string, string] = ['#000000', '#ffffff'];

/** Colours that are all different, so that a test can tell what was painted. */
export const THEME: Theme = {
  paper: '#fbfaf7',
  panel: '#ffffff',
  ink: '#1a1c20',
  mute: '#5f626a',
  line: '#e5e2da',
  global: '#2152c4',
  globalPale: '#e8eefb',
  local: '#b04f08',
  localPale: '#fcead8',
  now: '#a3127e',
  flat: '#6b6e76',
  hatchGround: '#f0ede5',
  hatchLine: '#d0cbbd',
  promptPale: '#f0eee7',
  globalRamp: makeRamp(['#eef3fd', '#7297e6', '#173f9f'], inks),
  localRamp: makeRamp(['#fdf2e5', '#ea9a4e', '#964204'], inks),
  sans: 'sans-serif',
  mono: 'monospace',
};
