import type { Key, Kind, KubeObject, Stored, UserInfo } from '@slipway/api';
import { type AccessAttributes, isAllowed } from '@slipway/client';
import type { Ports } from '@slipway/definition';

/** What was read, or why there is nothing to read. */
export type Answer<T> = { value: T } | { because: string };

/** Reads for a person what that person may read: the engine's own rights are asked nothing of. */
export interface Reader {
  may(attributes: AccessAttributes): Promise<boolean>;
  find<T extends KubeObject>(kind: Kind<T>, key: Key): Promise<Answer<Stored<T>>>;
  list<T extends KubeObject>(
    kind: Kind<T>,
    options: { namespace?: string; fieldSelector?: string; limit?: number; continue?: string },
  ): Promise<Answer<Stored<T>[]>>;
}

export function readerFor({ client, clock }: Pick<Ports, 'client' | 'clock'>, user: UserInfo): Reader {
  const may = (attributes: AccessAttributes) => isAllowed(client, user, attributes, { clock });
  const refusal = (verb: string, { plural, group }: Kind, namespace: string | undefined) => ({
    because: `you may not ${verb} ${plural}${group && `.${group}`}${namespace ? ` in ${namespace}` : ''}`,
  });
  return {
    may,
    find: async (kind, key) => {
      const { group, plural: resource } = kind;
      if (!(await may({ verb: 'get', group, resource, ...key }))) return refusal('get', kind, key.namespace);
      const value = await client.find(kind, key);
      return value ? { value } : { because: `${kind.kind} ${key.name} does not exist any more` };
    },
    list: async (kind, options) => {
      const { group, plural: resource } = kind;
      const { namespace } = options;
      const place = namespace === undefined ? {} : { namespace };
      if (!(await may({ verb: 'list', group, resource, ...place }))) return refusal('list', kind, namespace);
      return { value: (await client.list(kind, options)).items };
    },
  };
}
