import { askExisting, type ExistingPorts, type Finding, type Question } from '@slipway/definition';

/** An issuer's own description (OpenID Connect Discovery 1.0, section 3), as far as it is used. */
export interface Discovery {
  issuer: string;
  authorization_endpoint?: string;
  token_endpoint?: string;
  jwks_uri?: string;
  registration_endpoint?: string;
  code_challenge_methods_supported?: string[];
  claims_supported?: string[];
}

const NEEDED = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const;

/** The read-only part of what an issuer must do: it says who it is, letter by letter, and shows its keys. */
export async function checkIssuer(
  ports: ExistingPorts,
  issuer: string,
): Promise<{ findings: Finding[]; discovery?: Discovery }> {
  const described = await askExisting(ports, discoveryQuestion(issuer));
  if (!described.answer) return { findings: [described.finding] };
  const discovery = described.answer.json() as Discovery;
  const keys = await askExisting(ports, {
    check: 'keys',
    url: discovery.jwks_uri ?? '',
    read: ({ json }) => {
      const { keys = [] } = (json() ?? {}) as { keys?: unknown[] };
      return keys.length > 0 ? `${keys.length} keys` : '!it shows no keys';
    },
    advice: 'let the issuer publish its signing keys at its jwks_uri',
  });
  return { findings: [described.finding, keys.finding], discovery };
}

function discoveryQuestion(issuer: string): Question {
  return {
    check: 'discovery',
    url: `${issuer}/.well-known/openid-configuration`,
    read: ({ json }) => {
      const said = json() as Discovery | undefined;
      if (!said?.issuer) return '!there is no discovery document';
      // Tools compare it letter by letter with the issuer in tokens.
      if (said.issuer !== issuer) return `!the issuer calls itself ${said.issuer}`;
      const missing = NEEDED.filter(name => !said[name]);
      if (missing.length > 0) return `!the discovery document has no ${missing.join(', ')}`;
      const { code_challenge_methods_supported: methods } = said;
      if (methods && !methods.includes('S256')) return '!it does not take PKCE with S256';
      return said.issuer;
    },
    advice: 'give the issuer’s address exactly as it calls itself (the `iss` of its tokens)',
  };
}
