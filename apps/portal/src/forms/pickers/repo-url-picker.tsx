import { Fieldset, Stack, Text } from '@mantine/core';
import { useAbout } from '../fields/about.ts';
import { labelOf, optionsOf, valueAt } from '../form.ts';
import { type FieldProps, useForm } from '../form-state.tsx';
import { useTeams } from './entities.ts';
import { readRepoUrl, repoUrlProblem, writeRepoUrl } from './repo-url.ts';
import { SuggestedInput } from './suggested-input.tsx';

const OUR_HOST = 'git.slipway.internal';

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

/** Where a repository is to be: host, the team that owns it, name. */
export function RepoUrlPicker(props: FieldProps) {
  const { schema, path, name } = props;
  const { values, change, problemAt } = useForm();
  const about = useAbout(props);
  const own = optionsOf(schema);
  const { all } = useTeams();
  const hosts = texts(own.allowedHosts).length > 0 ? texts(own.allowedHosts) : [OUR_HOST];
  const owners = texts(own.allowedOwners ?? own.allowedOrganizations);
  const repos = texts(own.allowedRepos);
  const value = readRepoUrl(valueAt(values, path));
  const [onlyHost = ''] = hosts;
  const set = (part: Partial<typeof value>) =>
    change(path, writeRepoUrl({ ...value, host: value.host || onlyHost, ...part }));
  const asked = problemAt(path) ?? (about.error ? String(about.error) : undefined);
  const missing = repoUrlProblem(value);
  const field = (label: string) => ({ ...about, label, error: undefined, description: undefined });
  const choices = (list: string[]) => list.map(each => ({ value: each, label: each }));
  return (
    <Fieldset legend={labelOf(schema, name)}>
      <Stack>
        {schema.description ? <Text c="dimmed">{schema.description}</Text> : null}
        {hosts.length > 1 ? (
          <SuggestedInput
            about={field('Host')}
            options={choices(hosts)}
            free={false}
            value={value.host}
            onChange={host => set({ host: host ?? '' })}
          />
        ) : (
          <Text c="dimmed">Host: {onlyHost}</Text>
        )}
        <SuggestedInput
          about={field('Owner')}
          options={choices(owners.length > 0 ? owners : all)}
          free={owners.length === 0}
          value={value.owner}
          onChange={owner => set({ owner: owner ?? '' })}
        />
        <SuggestedInput
          about={field('Repository')}
          options={choices(repos)}
          free={repos.length === 0}
          value={value.repo}
          onChange={repo => set({ repo: repo ?? '' })}
        />
        {value.owner !== '' || value.repo !== '' || asked ? <Text c="red">{missing ?? asked}</Text> : null}
      </Stack>
    </Fieldset>
  );
}
