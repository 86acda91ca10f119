/** Our token refresh: users on a plan, each with an access token of ours to hand in. */
import { SignJWT } from 'jose';
import { apiKey, issuerSecret, startBackend } from './backend.ts';
import { announce, contenderFolder } from './contender.ts';
import { userIds } from './users.ts';

// Nobody here has a subscription, so Stripe is never asked; the discard port would refuse.
const backend = await startBackend(contenderFolder(), 'http://127.0.0.1:9');
const tokens = await Promise.all(userIds.map(tokenFor));

announce({ url: `${backend.origin}/v1/token/refresh?project_id=acme`, tokens });

/** Puts the user on the plan and exchanges the issuer's token for ours. */
async function tokenFor(userId: string): Promise<string> {
  await send(`/v1/users/${userId}/plan?project_id=acme`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ plan: 'pro' }),
  });
  const subjectToken = await new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer('legacy')
    .setAudience('acme')
    .setSubject(userId)
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(issuerSecret));
  const answer = await send('/v1/token', {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: subjectToken,
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      audience: 'acme',
    }),
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

async function send(path: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(new URL(path, backend.origin), init);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}
