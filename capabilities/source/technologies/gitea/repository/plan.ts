import type { Stored } from '@slipway/api';
import type { Repository } from '@slipway/kinds';
import { SourceError } from '../../../contract.ts';
import { checkName, namespaceOf, objectNameOf, type RepositoryName } from '../git/name.ts';

/** Owner and name of a Repository object. @throws SourceError when its fields do not fit each other */
export function planRepository(object: Stored<Repository>): RepositoryName {
  const { owner, name, private: isPrivate } = object.spec;
  checkName({ owner, name });
  const { namespace = '' } = object.metadata;
  const wanted = { namespace: namespaceOf(owner), name: objectNameOf(name) };
  if (namespace !== wanted.namespace || object.metadata.name !== wanted.name)
    throw new SourceError(
      'RepositoryNameMismatch',
      `spec.owner "${owner}" and spec.name "${name}": belong to object "${wanted.namespace}/${wanted.name}", this is "${namespace}/${object.metadata.name}"; create that one instead`,
    );
  if (isPrivate === false)
    throw new SourceError(
      'RepositoryPublic',
      'spec.private: false is not supported; give readers the right to get repositories.source.slipway.dev instead',
    );
  return { owner, name };
}
