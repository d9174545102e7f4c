import { runCommand } from './command-line';
import { evaluate, USAGE } from './evaluate-command';
import { MODELS } from './models';
import { REPORT_USAGE, report } from './report';

const usage = `${USAGE}\n${REPORT_USAGE}`;
await runCommand(process.argv.includes('--report') ? report : evaluate, usage, MODELS);
