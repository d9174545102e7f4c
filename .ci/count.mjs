// Sums test reports into one closing line: Vitest's JSON and pytest's JUnit XML. Fails if one is missing.
import { readFileSync } from 'node:fs';

const sum = { passed: 0, failed: 0, skipped: 0 };

for (const path of process.argv.slice(2)) {
  let text;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    console.log(`No test report at ${path}.`);
    process.exit(1);
  }
  const [passed, failed, skipped] = path.endsWith('.json') ? fromVitest(text) : fromJunit(text);
  sum.passed += passed;
  sum.failed += failed;
  sum.skipped += skipped;
}

const skipped = sum.skipped ? `, ${sum.skipped} skipped` : '';
console.log(`${sum.passed} passed, ${sum.failed} failed${skipped}`);

/** @param {string} text @returns {[number, number, number]} */
function fromVitest(text) {
  const report = JSON.parse(text);
  const skipped = report.numPendingTests + report.numTodoTests;
  return [report.numPassedTests, report.numFailedTests, skipped];
}

/** @param {string} text @returns {[number, number, number]} */
function fromJunit(text) {
  const suite = /<testsuite [^>]*>/.exec(text)?.[0] ?? '';
  const count = (/** @type {string} */ name) =>
    Number(new RegExp(` ${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const failed = count('failures') + count('errors');
  return [count('tests') - failed - count('skipped'), failed, count('skipped')];
}
