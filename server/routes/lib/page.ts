/** What hosted pages share: whose they are, in which language, and where their files are. */

import type { Context } from 'hono';
import { accepts } from 'hono/accepts';
import type { Config, Project } from '../../config/project.ts';
import { renderBrandStylesheet } from '../../pages/branding.ts';
import type { PageFrame } from '../../pages/layout.ts';
import type { RouteDeps } from '../deps.ts';

/** Languages that the pages speak. */
export const pageLocales = ['en', 'de', 'fr', 'es', 'ja', 'ar'];

/** `?locale=`, else what the browser prefers. */
export const localeOf = (c: Context): string =>
  c.req.query('locale') ??
  accepts(c, {
    header: 'Accept-Language',
    supports: pageLocales,
    default: 'en',
    match: (offers) => {
      const wanted = offers.toSorted((a, b) => b.q - a.q).map(({ type }) => type.split('-')[0] ?? '');
      return wanted.find((language) => pageLocales.includes(language)) ?? 'en';
    },
  });

/** The path below which the backend is mounted, '' for the root: pages name their own files by path, whatever host they are opened by. */
export const basePath = (config: Config): string => new URL(config.publicUrl).pathname.replace(/\/+$/, '');

export function frameFor(deps: RouteDeps, project: Project | null, locale: string): PageFrame {
  const prefix = basePath(deps.config);
  return {
    locale,
    assetsUrl: `${prefix}/pages`,
    brand: project && {
      name: project.name,
      logo: project.branding.logo,
      stylesheetUrl: renderBrandStylesheet(project.branding) === '' ? null : `${prefix}/pages/brand/${project.id}.css`,
    },
  };
}
