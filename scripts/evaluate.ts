import { runCommand } from './command-line';
import { evaluate, USAGE } from './evaluate-command';
import { MODELS } from './models';

await runCommand(evaluate, USAGE, MODELS);
