import { isBadInput } from '../scripts/command-line';
import { bench, USAGE } from './command';

const argv = process.argv.slice(2);
if (argv.includes('--help')) {
  process.stderr.write(`${USAGE}\n`);
} else {
  // Libraries may log; stdout is for the report alone.
  console.log = console.error;
  console.info = console.error;
  try {
    const { text } = await bench(argv, (line) => process.stderr.write(`${line}\n`));
    process.stdout.write(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${message.split('\n')[0]}\n`);
    process.exitCode = isBadInput(error) ? 2 : 1;
  }
}
