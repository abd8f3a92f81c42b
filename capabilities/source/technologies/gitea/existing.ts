import { askExisting, type Existing } from '@slipway/definition';
import { checkGit } from '../../existing/check-git.ts';
import { gitGrant, PLATFORM_OWNER } from '../../git-access/grant.ts';

export const existing: Existing = {
  credentials: {
    token: {
      description:
        'A token of an account that may make organizations and repositories; of an administrator with all scopes, each tool gets an account of its own instead of it.',
    },
  },
  grants: {
    git: (wish, wisher, { address }) =>
      gitGrant(wish, wisher, { url: address, publicUrl: address, owner: PLATFORM_OWNER }),
  },
  check: async (ports, { address }) => {
    const { token = '' } = ports.credentials;
    const headers = { authorization: `token ${token}` };
    const { finding, answer } = await askExisting(ports, {
      check: 'token',
      url: `${address}/api/v1/user`,
      headers,
      read: ({ json }) => {
        const { login } = (json() ?? {}) as { login?: string };
        return login ? `signed in as ${login}` : '!it is not Gitea’s API';
      },
      refused: 'make a new token (Settings, Applications) and write it into the Secret as token',
      advice: 'give the address of a Gitea',
    });
    if (!answer) return [finding];
    const { login = '' } = answer.json() as { login?: string };
    const repositories = await askExisting(ports, {
      check: 'repositories',
      url: `${address}/api/v1/user/repos?limit=1`,
      headers,
      read: () => 'repositories are listed',
      refused: 'give the token the scope write:repository',
      advice: 'give the token the scope write:repository',
    });
    if (!repositories.answer) return [finding, repositories.finding];
    const [first] = (repositories.answer.json() ?? []) as { clone_url?: string }[];
    return [finding, await checkGit(ports, { url: first?.clone_url, username: login, password: token })];
  },
};
