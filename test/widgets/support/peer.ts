/** The peer as a test sees it: a project of its own, what it should say, and what it was asked. */

import type { PeerProject, PeerRequest } from '../peer/peer.ts';
import type { StreamsReport } from '../peer/streams.ts';

const meta = (name: string): string => document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? '';

export const peerUrl = meta('peer');
export const pagesUrl = meta('pages');

export interface TestProject {
  readonly id: string;
  /** For the markup: `project-id` and `api-url`. */
  readonly attributes: string;
  set(settings: PeerProject): Promise<void>;
  /** Answers that were held go out, and none is held any more; `last`: the latest one alone. */
  release(options?: { readonly only?: 'last' }): Promise<void>;
  log(): Promise<readonly PeerRequest[]>;
  /** Who listens for changes. */
  streams(): Promise<StreamsReport>;
  /** Ends every connection that listens. */
  break(): Promise<void>;
  /** How often a path was asked for, by its end. */
  count(path: string, method?: string): Promise<number>;
}

let projects = 0;
const run = crypto.randomUUID().slice(0, 8);

export async function newProject(settings: PeerProject = {}): Promise<TestProject> {
  projects += 1;
  const id = `p${projects}-${run}`;
  const control = `${peerUrl}/_control/${id}`;
  const project: TestProject = {
    id,
    attributes: `project-id="${id}" api-url="${peerUrl}"`,
    async set(more) {
      await fetch(control, { method: 'PUT', body: JSON.stringify(more) });
    },
    async release(options = {}) {
      await fetch(`${control}/release`, { method: 'POST', body: JSON.stringify(options) });
    },
    async log() {
      return (await (await fetch(`${control}/log`)).json()) as PeerRequest[];
    },
    async streams() {
      return (await (await fetch(`${control}/streams`)).json()) as StreamsReport;
    },
    async break() {
      await fetch(`${control}/break`, { method: 'POST' });
    },
    async count(path, method) {
      const log = await project.log();
      return log.filter((each) => each.path.endsWith(path) && each.method === (method ?? each.method)).length;
    },
  };
  await project.set(settings);
  return project;
}

/** An issuer's token. @param lifetime seconds */
export function issuerToken(sub = 'ada', lifetime = 3600): string {
  const claims = { sub, exp: Math.floor(Date.now() / 1000) + lifetime, jti: crypto.randomUUID() };
  return `e30.${btoa(JSON.stringify(claims)).replaceAll('=', '').replaceAll('+', '-').replaceAll('/', '_')}.`;
}
