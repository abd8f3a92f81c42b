import { matchesGlob } from '../settings/glob.ts';
import type { ProjectSpec } from './spec.ts';

const FORBIDDEN = /[!*[\]{}\\/]/;

/**
 * As whom an Application's objects are applied where `application.sync.impersonation.enabled` is set:
 * `system:serviceaccount:<namespace>:<name>`; undefined when no entry of the project fits.
 * @throws Error for an account's name that cannot be one
 */
export function serviceAccountFor(
  { destinationServiceAccounts = [] }: ProjectSpec,
  { server, namespace }: { server: string; namespace: string },
  applicationNamespace: string,
): string | undefined {
  const found = destinationServiceAccounts.find(
    each => matchesGlob(server, each.server ?? '') && matchesGlob(namespace, each.namespace ?? ''),
  );
  if (!found) return undefined;
  const { defaultServiceAccount: account = '' } = found;
  if (account.trim() === '' || FORBIDDEN.test(account))
    throw new Error(`default service account contains invalid chars '${account}'`);
  const qualified = account.includes(':') ? account : `${namespace || applicationNamespace}:${account}`;
  return `system:serviceaccount:${qualified}`;
}
