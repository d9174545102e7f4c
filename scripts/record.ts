import { runCommand } from './command-line';
import { MODELS } from './models';
import { record, USAGE } from './record-command';

await runCommand(record, USAGE, MODELS);
