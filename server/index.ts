/** `@planclaim/server`: what a config file and a program that embeds the backend import. */

export { defineConfig } from './config/define.ts';
export type {
  AmountsConfig,
  CheckoutConfig,
  HooksConfig,
  IssuerConfig,
  PlanclaimConfig,
  PlanConfig,
  ProjectConfig,
  TokenConfig,
} from './config/define.ts';
export { loadConfig, type LoadOptions } from './config/load.ts';
export type { BillingCycle, CheckoutContext, Config, Plan, Project } from './config/project.ts';
export { PlanclaimError } from './errors.ts';
export { signLink, type LinkOptions, type LinkType } from './links.ts';
