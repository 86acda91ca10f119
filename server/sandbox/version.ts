/** The version of Stripe's API that the sandbox speaks: the one that the installed SDK's types describe. */
export const apiVersion = '2026-10-28.endive';
