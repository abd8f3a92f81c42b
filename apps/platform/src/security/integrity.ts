import { hasReason } from '@slipway/api';
import type { Client } from '@slipway/client';
import { Component, SigningKey } from '@slipway/kinds';
import type { ApiServer } from '@slipway/server';
import { bad, type Check, ok, several, warn } from './check.ts';

/** That nobody rewrote who did what. */
export function auditChain(server: ApiServer): Check {
  return {
    check: 'audit-chain',
    what: 'no record of the audit was changed or removed',
    how: 'every hash of the chain, from the first record on, computed anew',
    look: async () => {
      const verdict = await server.audit.verify();
      if (verdict.intact) return ok(`${verdict.records} records, head ${verdict.records}:${verdict.head}`);
      return bad(
        `record ${verdict.sequence}: ${verdict.problem}`,
        'export it now, and compare with an older export',
      );
    },
  };
}

/** That images prove where they are from. */
export function signing(client: Client): Check {
  return {
    check: 'signing',
    what: 'images that are built here are signed',
    how: 'the keys that sign, and the component’s own probe',
    look: async () => {
      const fix = 'choose "signing: sigstore" in the definition, and apply it';
      const keys = await client.list(SigningKey).catch(error => {
        if (hasReason(error, 'NotFound')) return undefined;
        throw error;
      });
      if (!keys) return warn('signing is not chosen', fix);
      if (keys.items.length === 0)
        return bad('there is no SigningKey: no image can be built', 'create a SigningKey');
      return ok(`keys: ${several(keys.items.map(({ metadata }) => metadata.name))}`);
    },
  };
}

/** That everything chosen works, for what does not work guards nothing. */
export function components(client: Client): Check {
  return {
    check: 'components',
    what: 'every component answers its probe',
    how: 'the conditions of every Component, at most half a minute old',
    look: async () => {
      const { items } = await client.list(Component);
      const ill = items.filter(({ status }) =>
        status?.conditions?.some(({ type, status: value }) => type === 'Healthy' && value === 'False'),
      );
      if (ill.length === 0) return ok(`${items.length} components`);
      return bad(several(ill.map(({ metadata }) => metadata.name)), 'slipway status says what is wrong');
    },
  };
}
