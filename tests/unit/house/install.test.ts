import { expect, test } from 'vitest';
import { isInstallStale } from '../../../scripts/lib/install.mjs';

const wanted = {
  packages: {
    '': { version: '0.1.0' },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/only-mac': { version: '2.0.0', optional: true },
  },
};

test('nothing installed is stale', () => {
  expect(isInstallStale(wanted, undefined)).toBe(true);
});

test('the locked versions are fresh, without the packages of other platforms', () => {
  expect(isInstallStale(wanted, { packages: { 'node_modules/a': { version: '1.0.0' } } })).toBe(
    false,
  );
});

test('a missing or different version is stale', () => {
  expect(isInstallStale(wanted, { packages: {} })).toBe(true);
  expect(isInstallStale(wanted, { packages: { 'node_modules/a': { version: '1.0.1' } } })).toBe(
    true,
  );
});
