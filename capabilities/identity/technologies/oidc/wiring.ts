import { SlipwayError, type Stored } from '@slipway/api';
import type { Wiring, WiringSettings } from '@slipway/definition';
import { type OidcClient, Secret } from '@slipway/kinds';
import type { Issuer, IssuerContext } from '../../oidc-client/issuer.ts';
import { oidcClients } from '../../oidc-client/reconcile.ts';
import { REGISTRATION_TOKEN } from './existing.ts';
import { endRegistration, register } from './register.ts';

/** Gives tools the clients that somebody made at the issuer, or registers them where it lets us. */
export const wiring: Wiring = settings => (settings.existing ? [oidcClients(oidcIssuer(settings))] : []);

export function oidcIssuer(settings: WiringSettings): Issuer {
  const issuer = settings.existing?.address ?? settings.address ?? '';
  const credentials = settings.existing?.credentials;
  const given = async ({ client }: IssuerContext) => {
    const secret = credentials && (await client.find(Secret, credentials));
    return (key: string): string | undefined => {
      const value = secret?.data?.[key];
      return value === undefined ? undefined : Buffer.from(value, 'base64').toString('utf8').trim();
    };
  };
  return {
    ...(credentials ? { secrets: [credentials] } : {}),
    ensure: async (wanted, context) => {
      const text = await given(context);
      const { clientId, isPublic } = wanted.spec;
      const clientSecret = text(clientId);
      if (clientSecret) return { issuer, clientSecret, origin: 'given' };
      const token = text(REGISTRATION_TOKEN);
      if (token) return register({ issuer, token, wanted, context, settings });
      // A public client has no secret that somebody could write down.
      if (isPublic) return { issuer, origin: 'given' };
      throw notGiven(wanted, credentials?.name ?? '');
    },
    end: (gone, context) => endRegistration({ gone, context, settings }),
  };
}

function notGiven({ spec }: Stored<OidcClient>, secret: string): SlipwayError {
  const { clientId, redirects } = spec;
  return new SlipwayError(
    'ClientNotGiven',
    `client ${JSON.stringify(clientId)}: make it at the issuer with the redirects ${redirects.join(' ')}, and write its secret into secret slipway-system/${secret} as ${clientId}`,
  );
}
