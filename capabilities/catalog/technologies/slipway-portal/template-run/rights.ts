import { StatusError, type UserInfo } from '@slipway/api';
import { type AccessAttributes, isAllowed } from '@slipway/client';
import { CREATED_BY } from '@slipway/kinds';
import type { CatalogState } from '../state.ts';

/**
 * Checks a right of the run's creator before this engine does something in its own name (a call of the Git server).
 * @throws StatusError Forbidden
 */
export async function mayUse(
  { state, user }: { state: CatalogState; user: UserInfo },
  attributes: AccessAttributes,
): Promise<void> {
  const { client, clock } = state.ports;
  if (await isAllowed(client, user, attributes, { clock })) return;
  const { verb, resource, group, namespace } = attributes;
  throw new StatusError(
    'Forbidden',
    `${user.username} may not ${verb} ${resource}.${group} in namespace ${JSON.stringify(namespace ?? '')}`,
  );
}

/** Who started a run. @throws StatusError Forbidden when nobody is recorded */
export function creatorOf(annotations: Record<string, string> | undefined): UserInfo {
  const text = annotations?.[CREATED_BY];
  const user = text ? (JSON.parse(text) as Partial<UserInfo>) : undefined;
  if (!user?.username)
    throw new StatusError(
      'Forbidden',
      `annotation ${CREATED_BY} is missing: the API server has not recorded who started this run`,
    );
  return { ...user, username: user.username, groups: user.groups ?? [] };
}
