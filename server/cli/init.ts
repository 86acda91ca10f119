/** `planclaim init`: writes a config with three example plans and says what comes next. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { configFileNames } from '../config/load.ts';
import { PlanclaimError } from '../errors.ts';
import { exampleConfig } from './init-example.ts';
import { exitCodes, parseOptions, refuseExtra, type Command } from './command.ts';

export const init: Command = async (parameters, usage) => {
  const { positionals } = parseOptions(parameters, {}, usage);
  refuseExtra(positionals, usage);
  const cwd = process.cwd();
  const existing = configFileNames.find((name) => existsSync(join(cwd, name)));
  if (existing !== undefined) {
    throw new PlanclaimError(`${existing} is here already, and init never overwrites. Edit it, or remove it first.`, {
      code: 'config_exists',
      status: 409,
    });
  }
  const project = projectId(basename(cwd));
  // "wx": a file that appears between the look and the write is not overwritten either.
  writeFileSync(join(cwd, 'planclaim.config.ts'), exampleConfig(project), { flag: 'wx' });
  console.log(nextSteps(project, ignoresState(cwd)));
  return exitCodes.done;
};

/** The folder's name as a project id. */
function projectId(folder: string): string {
  const id = folder
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[^a-z0-9]+|-+$/g, '')
    .slice(0, 64);
  return id === '' ? 'app' : id;
}

/** Whether git would leave `.planclaim/` out, as far as this folder's own list says. */
function ignoresState(cwd: string): boolean {
  const file = join(cwd, '.gitignore');
  if (!existsSync(file)) return false;
  return readFileSync(file, 'utf8')
    .split(/\r?\n/)
    .some((line) => /^\/?\.planclaim(\/\*{0,2})?$/.test(line.trim()));
}

const nextSteps = (
  project: string,
  ignored: boolean,
): string => `Wrote planclaim.config.ts: project "${project}" with the plans free, pro and team.

Next:
  1. Change the plans, and set "origins", "redirects" and "issuers" to your site and its identity provider.
  2. npx planclaim dev         the backend with a Stripe sandbox: no account and no keys needed
  3. On your site:
     <script src="http://localhost:8787/widgets.js" data-project-id="${project}" async></script>
     <plan-picker></plan-picker>
  4. For real money: set STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET, then
     npx planclaim plans push  makes the products and prices in Stripe
     npx planclaim serve       the backend alone${
       ignored
         ? ''
         : `

Keep .planclaim/ out of git: it holds the database and the secret. Add this line to .gitignore:
  .planclaim/`
     }`;
