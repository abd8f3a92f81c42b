import { askExisting, type Existing, type ExistingPorts, type Finding } from '@slipway/definition';
import { checkGit } from '../../existing/check-git.ts';
import { hostedGrant } from '../../existing/hosted-grant.ts';
import { gitlabAt } from './rest.ts';

/** The oldest whose API has all that is used. */
const OLDEST = 16;

export const existing: Existing = {
  credentials: {
    token: { description: 'An access token with the scopes api and write_repository.' },
  },
  grants: {
    git: (wish, wisher, { address }) =>
      hostedGrant(wish, wisher, { address, title: 'GitLab', example: 'https://gitlab.example.com/acme' }),
  },
  check: async (ports, { address }) => {
    const { base: api, headers: headersOf } = gitlabAt(address);
    const headers = headersOf(ports.credentials.token ?? '');
    const { finding, answer } = await askExisting(ports, {
      check: 'version',
      url: `${api}/version`,
      headers,
      read: ({ json }) => {
        const { version } = (json() ?? {}) as { version?: string };
        if (!version) return '!it is not GitLab’s API';
        const isOld = Number(version.split('.')[0]) < OLDEST;
        return isOld ? `!GitLab ${version} is older than ${OLDEST}` : `GitLab ${version}`;
      },
      refused: 'make a new access token with the scope api and write it into the Secret as token',
      advice: `give the address of a GitLab from ${OLDEST} on`,
    });
    return answer ? [finding, await checkProject(ports, { api, headers })] : [finding];
  },
};

async function checkProject(
  ports: ExistingPorts,
  { api, headers }: { api: string; headers: Record<string, string> },
): Promise<Finding> {
  const { finding, answer } = await askExisting(ports, {
    check: 'projects',
    url: `${api}/projects?membership=true&per_page=1`,
    headers,
    read: () => 'projects are listed',
    advice: 'give a token with the scope api',
  });
  if (!answer) return finding;
  const [first] = (answer.json() ?? []) as { http_url_to_repo?: string }[];
  const password = ports.credentials.token ?? '';
  return checkGit(ports, { url: first?.http_url_to_repo, username: 'oauth2', password });
}
