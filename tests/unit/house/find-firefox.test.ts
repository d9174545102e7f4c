import { expect, test } from 'vitest';
import { machine, type Probes } from '../../../scripts/lib/find-chromium.mjs';
import { findFirefox } from '../../browser/firefox/find-firefox';

/** A Linux machine on which only these programs are. */
const machineWith = (env: Probes['env'], ...programs: string[]): Probes => ({
  ...machine(),
  env,
  platform: 'linux',
  isExecutable: (path) => programs.includes(path),
  inPath: (command) => programs.find((path) => path === `/bin/${command}`),
});

test('FIREFOX_PATH comes first', () => {
  const probes = machineWith({ FIREFOX_PATH: '/opt/mine' }, '/opt/mine', '/bin/firefox');
  expect(findFirefox(probes)).toBe('/opt/mine');
});

test('a FIREFOX_PATH that cannot be run is an error, not a reason to look elsewhere', () => {
  const probes = machineWith({ FIREFOX_PATH: '/opt/gone' }, '/bin/firefox');
  expect(() => findFirefox(probes)).toThrow('FIREFOX_PATH is "/opt/gone"');
});

test.each(['/bin/firefox', '/bin/firefox-esr', '/snap/bin/firefox'])('finds %s', (path) => {
  expect(findFirefox(machineWith({}, path))).toBe(path);
});

test('where there is none it finds none', () => {
  expect(findFirefox(machineWith({}, '/bin/chromium'))).toBeUndefined();
});
