/** `npm run bench`: what a token refresh and a webhook cost, each beside its floor, in turns in the same run. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { startContender, withFolder } from './contender.ts';
import { eventId } from './events.ts';
import type { LoadOrder, LoadReport } from './load.ts';

/** One line: what is ours, and the least that the same could cost. */
interface Line {
  name: string;
  ours: string;
  floor: string;
}

/** Contenders of one race take turns. A line's `ours` may stand beside several floors. */
const races: Line[][] = [
  [{ name: 'token-refresh', ours: 'ours-refresh.ts', floor: 'floor-refresh.ts' }],
  [
    { name: 'webhook-door', ours: 'ours-door.ts', floor: 'floor-door.ts' },
    { name: 'webhook-door-single', ours: 'ours-door.ts', floor: 'floor-door-single.ts' },
  ],
];

const rounds = 3;
const secondsEach = 2.5;

const load = fork(fileURLToPath(new URL('load.ts', import.meta.url)), { execArgv: [] });
const loadEnded = once(load, 'exit').then(() => Promise.reject(new Error('the load ended in the middle of a run')));
const results: Record<string, { ours: number; floor: number; ratio: number; unit: string }> = {};
try {
  for (const race of races) {
    const reports = await runRace(race.flatMap(({ ours, floor }) => [ours, floor]));
    for (const { name, ours, floor } of race) {
      const ourRate = median(reports.get(ours) ?? [], ({ rate }) => rate);
      const floorRate = median(reports.get(floor) ?? [], ({ rate }) => rate);
      results[name] = {
        ours: Math.round(ourRate),
        floor: Math.round(floorRate),
        ratio: Math.round((ourRate / floorRate) * 100) / 100,
        unit: 'requests/s',
      };
      const p99 = (program: string) => `p99 ${median(reports.get(program) ?? [], (report) => report.p99)} ms`;
      const { ratio } = results[name];
      console.log(
        `${name}: ours ${results[name].ours}/s (${p99(ours)}), floor ${results[name].floor}/s (${p99(floor)}), ratio ${ratio}`,
      );
    }
  }
} finally {
  loadEnded.catch(() => undefined);
  load.disconnect();
}
console.log(JSON.stringify(results));

/** Every program once a round, each time as a new process on an empty database. */
async function runRace(programs: string[]): Promise<Map<string, LoadReport[]>> {
  const reports = new Map<string, LoadReport[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const program of new Set(programs)) {
      const report = await measure(program);
      reports.set(program, [...(reports.get(program) ?? []), report]);
    }
  }
  return reports;
}

function measure(program: string): Promise<LoadReport> {
  return withFolder(async (folder) => {
    const { url, tokens, stored, kill } = await startContender(program, folder);
    const report = await order({ url, seconds: secondsEach, ...(tokens && { tokens }) }).finally(kill);
    if (stored) checkStored(stored, report.events);
    return report;
  });
}

async function order(wanted: LoadOrder): Promise<LoadReport> {
  load.send(wanted);
  const [report] = (await Promise.race([once(load, 'message'), loadEnded])) as [LoadReport];
  return report;
}

/** A door that answered 200 for an event that is not in its table is no door. */
function checkStored({ file, query }: { file: string; query: string }, accepted: number): void {
  const database = new DatabaseSync(file, { readOnly: true });
  const ids = new Set(
    database
      .prepare(query)
      .all()
      .map(({ id }) => id),
  );
  database.close();
  const missing = Array.from({ length: accepted }, (_, index) => eventId(index)).filter((id) => !ids.has(id));
  if (missing.length > 0) throw new Error(`${missing.length} of ${accepted} accepted events are not in ${file}`);
}

function median<Item>(items: Item[], value: (item: Item) => number): number {
  const sorted = items.map(value).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
