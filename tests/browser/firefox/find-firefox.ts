import { machine, type Probes } from '../../../scripts/lib/find-chromium.mjs';

const COMMANDS = ['firefox', 'firefox-esr'];

/** Places outside PATH where installers put a Firefox. */
const PLACES: Partial<Record<NodeJS.Platform, string[]>> = {
  darwin: ['/Applications/Firefox.app/Contents/MacOS/firefox'],
  win32: ['C:\\Program Files\\Mozilla Firefox\\firefox.exe'],
  linux: ['/snap/bin/firefox'],
};

/**
 * Finds a Firefox on this machine; it is never installed.
 *
 * @returns its path, or undefined when there is none
 * @throws when FIREFOX_PATH is set to something that cannot be run
 */
export function findFirefox(probes: Probes = machine()): string | undefined {
  const named = probes.env.FIREFOX_PATH;
  if (named) {
    if (probes.isExecutable(named)) return named;
    throw new Error(`FIREFOX_PATH is "${named}", which is not a program that can be run.`);
  }
  const inPath = COMMANDS.map(probes.inPath).find((path) => path !== undefined);
  return inPath ?? PLACES[probes.platform]?.find(probes.isExecutable);
}
