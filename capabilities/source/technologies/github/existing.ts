import { askExisting, type Existing, type ExistingPorts, type Finding } from '@slipway/definition';
import { checkGit } from '../../existing/check-git.ts';
import { hostedGrant } from '../../existing/hosted-grant.ts';
import { githubAt } from './rest.ts';

export const existing: Existing = {
  credentials: {
    token: { description: 'A token of the account that the platform uses, with the scope repo.' },
  },
  grants: {
    git: (wish, wisher, { address }) =>
      hostedGrant(wish, wisher, { address, title: 'GitHub', example: 'https://github.com/acme' }),
  },
  check: async (ports, { address }) => {
    const { base: api } = githubAt(address);
    const headers = headersOf(ports, address);
    const { finding, answer } = await askExisting(ports, {
      check: 'token',
      url: `${api}/user`,
      headers,
      read: ({ json, headers }) => {
        const { login } = (json() ?? {}) as { login?: string };
        const scopes = headers['x-oauth-scopes'];
        if (!login) return '!it is not GitHub’s API';
        // Fine-grained tokens have permissions instead, which only the use shows.
        const lacks = scopes !== undefined && scopes !== '' && !String(scopes).split(/, */).includes('repo');
        return lacks
          ? `!the token of ${login} has the scopes ${scopes}, and not repo`
          : `signed in as ${login}`;
      },
      refused: 'make a new token (Settings, Developer settings) and write it into the Secret as token',
      advice:
        'give the address of GitHub (https://github.com) or of your GitHub Enterprise, and a token with the scope repo',
    });
    return answer ? [finding, await checkRepository(ports, { api, headers })] : [finding];
  },
};

async function checkRepository(
  ports: ExistingPorts,
  { api, headers }: { api: string; headers: Record<string, string> },
): Promise<Finding> {
  const { finding, answer } = await askExisting(ports, {
    check: 'repositories',
    url: `${api}/user/repos?per_page=1`,
    headers,
    read: () => 'repositories are listed',
    advice: 'give a token that may list repositories',
  });
  if (!answer) return finding;
  const [first] = (answer.json() ?? []) as { clone_url?: string }[];
  const password = ports.credentials.token ?? '';
  return checkGit(ports, { url: first?.clone_url, username: 'x-access-token', password });
}

function headersOf({ credentials }: ExistingPorts, address: string): Record<string, string> {
  return githubAt(address).headers(credentials.token ?? '');
}
