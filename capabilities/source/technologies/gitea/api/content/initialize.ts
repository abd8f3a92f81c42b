import type { UserInfo } from '@slipway/api';
import { commitFiles } from '../../git/commit-files.ts';
import type { RepositoryName } from '../../git/name.ts';
import type { GitServer } from '../../server.ts';
import { authorOf } from '../identity.ts';

/** The first commit of `auto_init`: a README with name and description. */
export async function initialize(
  server: GitServer,
  options: { name: RepositoryName; branch: string; user: UserInfo; description: string },
): Promise<void> {
  const { name, branch, user, description } = options;
  const signature = { ...authorOf(user), time: server.clock.now() };
  const text = description ? `# ${name.name}\n\n${description}` : `# ${name.name}\n`;
  await commitFiles(
    server.storage.pathOf(name),
    {
      branch,
      changes: [{ change: 'write', path: 'README.md', content: Buffer.from(text), mode: '100644' }],
      message: 'Initial commit\n',
      author: signature,
      committer: signature,
    },
    server.gitEnv,
  );
}
