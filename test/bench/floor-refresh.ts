/** The least that a token refresh can be: verify the caller's token, read the plan, sign a new one. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { SignJWT, generateKeyPair, jwtVerify } from 'jose';
import { announce, contenderFolder } from './contender.ts';
import { userIds } from './users.ts';

const issuer = 'http://localhost:8787';
const { publicKey, privateKey } = await generateKeyPair('ES256');

const database = new DatabaseSync(join(contenderFolder(), 'floor.db'));
database.exec('pragma journal_mode = wal; pragma synchronous = full');
database.exec('create table plan_state (user_id text primary key, state text not null)');
const add = database.prepare('insert into plan_state values (?, ?)');
const state = {
  plan: 'pro',
  billing_cycle: 'monthly',
  status: 'active',
  features: ['export'],
  limits: { projects: -1 },
  version: 1,
};
for (const id of userIds) add.run(id, JSON.stringify(state));
const read = database.prepare('select state from plan_state where user_id = ?');

const app = new Hono().post('/v1/token/refresh', async (c) => {
  const token = (c.req.header('authorization') ?? '').replace('Bearer ', '');
  const { payload } = await jwtVerify(token, publicKey, { issuer, audience: 'acme', typ: 'at+jwt' });
  const row = read.get(payload.sub ?? '');
  if (!row) return c.json({ error: 'invalid_grant' }, 400);
  return c.json({
    access_token: await sign(payload.sub ?? '', JSON.parse(String(row['state'])) as typeof state),
    issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    token_type: 'Bearer',
    expires_in: 600,
  });
});

/** The claims of an access token of ours. */
function sign(
  userId: string,
  { plan, billing_cycle, status, features, limits, version }: typeof state,
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    client_id: 'acme',
    plan,
    billing_cycle,
    plan_status: status,
    features,
    limits,
    plan_version: version,
  };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'floor' })
    .setIssuer(issuer)
    .setAudience('acme')
    .setSubject(userId)
    .setIssuedAt(now)
    .setExpirationTime(now + 600)
    .setJti(crypto.randomUUID())
    .sign(privateKey);
}

const tokens = await Promise.all(userIds.map((id) => sign(id, state)));
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
  announce({ url: `http://127.0.0.1:${port}/v1/token/refresh?project_id=acme`, tokens });
});
