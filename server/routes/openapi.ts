/** `GET /openapi.json` (3.1): the routes describe themselves. */

import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Config } from '../config/project.ts';

export function describeApi(app: OpenAPIHono, config: Config): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'userToken', {
    type: 'http',
    scheme: 'bearer',
    description: "The user's own JWT, of an issuer that the project lists, or an access token of ours.",
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'secretKey', {
    type: 'http',
    scheme: 'bearer',
    description: 'A secret key, sk_…; for backends only.',
  });
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: { title: 'Planclaim', version: '1', description: 'Plans, checkout and tokens.' },
    servers: [{ url: config.publicUrl }],
  });
}
