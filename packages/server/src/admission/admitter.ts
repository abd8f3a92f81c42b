import type { Admitter } from '@slipway/api';
import type { Admission } from '../http/seams.ts';
import { forbidden } from './plugin.ts';

/** Lets an engine judge writes of its kinds, subresources of theirs included. */
export function admitterAdmission({ kinds, judge }: Admitter): Admission {
  const judged = new Set(kinds.map(({ group, plural }) => `${plural}.${group}`));
  return {
    mutate: () => undefined,
    validate: call => {
      const { operation, info, object, oldObject, subresource, namespace, user } = call;
      if (!object || !judged.has(`${info.kind.plural}.${info.kind.group}`)) return;
      if (operation !== 'CREATE' && operation !== 'UPDATE') return;
      const write = {
        ...{ operation, object, user },
        ...(oldObject ? { oldObject } : {}),
        ...(subresource === undefined ? {} : { subresource }),
        ...(namespace === undefined ? {} : { namespace }),
      };
      return judge(write).then(({ refused, warnings = [] }) => {
        for (const warning of warnings) call.warn(warning);
        if (refused !== undefined) throw forbidden(call, refused);
      });
    },
  };
}
