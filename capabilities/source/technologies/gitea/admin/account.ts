import { keyOf, SlipwayError, type Stored } from '@slipway/api';
import type { WiringSettings } from '@slipway/definition';
import type { GitAccess } from '@slipway/kinds';
import type { Account, GiverContext } from '../../../git-access/account-giver.ts';
import {
  accountName,
  type GiteaUser,
  isAsWanted,
  ownerMark,
  passingPassword,
  scopesOf,
  wantedUser,
} from './account-plan.ts';
import { type GiteaApi, giteaApi } from './gitea-api.ts';
import type { OpenGitea } from './open-gitea.ts';

const PAGE = 50;

/**
 * The GitAccess's own account: restricted to its repositories where they are named, with one token. Whatever of it is
 * missing is made.
 * @throws SlipwayError AccountTaken, RepositoryMissing, GiteaRefused
 */
export async function ensureAccount(
  gitea: OpenGitea,
  access: Stored<GitAccess>,
  { platform, random, present }: GiverContext & Pick<WiringSettings, 'platform'>,
): Promise<Account> {
  const { api, address } = gitea;
  const username = accountName(platform, keyOf(access));
  await ensureUser(api, access, { username, mark: ownerMark(platform, keyOf(access)), random });
  await ensureRights(api, access, username);
  const isGood = present !== undefined && (await takes(giteaApi(address, { token: present })));
  const password = isGood ? present : await newToken(gitea, access, { username, platform, random });
  return { username, password, origin: 'managed' };
}

/** Deletes the account; not one that only has its name. */
export async function endAccount(
  { api }: OpenGitea,
  access: Stored<GitAccess>,
  { platform }: Pick<WiringSettings, 'platform'>,
): Promise<void> {
  const username = accountName(platform, keyOf(access));
  const user = await api.get<GiteaUser>(`/users/${username}`);
  if (user?.login_name !== ownerMark(platform, keyOf(access))) return;
  await api.remove(`/admin/users/${username}`);
}

async function ensureUser(
  api: GiteaApi,
  access: Stored<GitAccess>,
  { username, mark, random }: { username: string; mark: string; random: GiverContext['random'] },
): Promise<void> {
  const wanted = wantedUser(access);
  const present = await api.get<GiteaUser>(`/users/${username}`);
  if (present && present.login_name !== mark)
    throw new SlipwayError(
      'AccountTaken',
      `Gitea: account ${username} is there and is not this GitAccess's; rename or delete it`,
    );
  if (present && isAsWanted(present, wanted)) return;
  if (!present)
    await api.create('/admin/users', {
      username,
      login_name: mark,
      email: `${username}@noreply.invalid`,
      full_name: `${access.metadata.name} (${access.metadata.namespace})`,
      password: passingPassword(random),
      must_change_password: false,
      restricted: true,
      visibility: 'private',
    });
  await api.send('PATCH', `/admin/users/${username}`, {
    source_id: 0,
    login_name: mark,
    admin: wanted.is_admin,
    restricted: wanted.restricted,
    active: true,
    prohibit_login: false,
    max_repo_creation: 0,
    allow_create_organization: false,
  });
}

/** Let in to what is named, and to nothing that is named no more. */
async function ensureRights(api: GiteaApi, { spec }: Stored<GitAccess>, username: string): Promise<void> {
  const wanted = spec.repositories ?? [];
  for (const repository of wanted) {
    const path = `/repos/${repository}/collaborators/${username}`;
    const present = await api.get<{ permission?: string }>(`${path}/permission`);
    if (!present) throw missing(repository);
    if (present.permission !== spec.rights) await api.send('PUT', path, { permission: spec.rights });
  }
  for (const repository of await reachedBy(api, username)) {
    const isWanted = wanted.some(each => each.toLowerCase() === repository.toLowerCase());
    if (!isWanted) await api.remove(`/repos/${repository}/collaborators/${username}`);
  }
}

function missing(repository: string): SlipwayError {
  return new SlipwayError(
    'RepositoryMissing',
    `repository ${repository}: it is not at Gitea; make a Repository object for it, or make it there`,
  );
}

/** Repositories that it was let in to, `<owner>/<name>` each. */
async function reachedBy(api: GiteaApi, username: string): Promise<string[]> {
  const found: string[] = [];
  for (let page = 1; ; page++) {
    const path = `/user/repos?limit=${PAGE}&page=${page}`;
    const some = (await api.get<{ full_name: string }[]>(path, { as: username })) ?? [];
    found.push(...some.map(({ full_name }) => full_name));
    if (some.length < PAGE) return found;
  }
}

/** Whether a token is one of a living account. */
async function takes(api: GiteaApi): Promise<boolean> {
  const { status } = await api.ask('GET', '/repos/search?limit=1');
  if (status >= 500) throw new SlipwayError('GiteaRefused', `Gitea: GET /repos/search: ${status}`);
  return status === 200;
}

/**
 * The one token of the account: who asks for a new one has lost the others, so they end. Gitea gives tokens only to who
 * comes with the account's password, so it gets one that is forgotten at once.
 */
async function newToken(
  { api, address }: OpenGitea,
  access: Stored<GitAccess>,
  { username, platform, random }: { username: string; platform: string; random: GiverContext['random'] },
): Promise<string> {
  const password = passingPassword(random);
  const login_name = ownerMark(platform, keyOf(access));
  await api.send('PATCH', `/admin/users/${username}`, {
    source_id: 0,
    login_name,
    password,
    must_change_password: false,
  });
  const own = giteaApi(address, { username, password });
  const path = `/users/${username}/tokens`;
  const old = (await own.get<{ id: number }[]>(`${path}?limit=${PAGE}`)) ?? [];
  for (const { id } of old) await own.remove(`${path}/${id}`);
  const name = `slipway-${Buffer.from(random.bytes(6)).toString('hex')}`;
  const made = await own.create<{ sha1?: string }>(path, { name, scopes: scopesOf(access) });
  if (made?.sha1) return made.sha1;
  throw new SlipwayError('GiteaRefused', `Gitea: account ${username} was given no token`);
}
