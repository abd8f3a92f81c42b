import { hasReason } from '@slipway/api';
import { Secret, type Secret as SecretObject, TemplateRun } from '@slipway/kinds';
import { client } from '../../api/client.ts';
import type { Sent } from '../../forms/schema-form.tsx';
import { paths } from '../../paths.ts';

export interface Start extends Sent {
  template: string;
  team: string;
  onFailure: 'remove' | 'keep';
}

/**
 * Creates a run; its secrets first, in a Secret that only the run reads and that goes with it. Somebody whose session
 * is over is sent to sign in and finds the form as it was. @throws StatusError
 */
export async function startRun({ template, team, values, secrets, onFailure }: Start): Promise<TemplateRun> {
  const namespace = `team-${team}`;
  const name = template.split('/').at(-1) ?? template;
  let kept: string | undefined;
  try {
    kept = await keep(namespace, name, secrets);
    return await client.create(TemplateRun, {
      apiVersion: 'slipway.dev/v1alpha1',
      kind: 'TemplateRun',
      metadata: { generateName: `${name}-`, namespace },
      spec: { template, values, onFailure, ...(kept ? { secrets: kept } : {}) },
    });
  } catch (error) {
    if (kept) await client.delete(Secret, { namespace, name: kept }).catch(() => {});
    if (hasReason(error, 'Unauthorized')) location.assign(paths.signIn(location.pathname));
    throw error;
  }
}

async function keep(
  namespace: string,
  name: string,
  secrets: Record<string, string>,
): Promise<string | undefined> {
  if (Object.keys(secrets).length === 0) return undefined;
  const made = await client.create(Secret, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { generateName: `${name}-`, namespace },
    stringData: secrets,
  } satisfies SecretObject);
  return made.metadata.name;
}

/** Where a form’s draft is kept: each person has their own. */
export function draftOf(person: string, template: string): string {
  return `template/${person}/${template}`;
}
