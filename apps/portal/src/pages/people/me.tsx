import { Text } from '@mantine/core';
import { SameCommand } from '../../ui/notice.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { MyRights } from './my-rights.tsx';
import { Preferences } from './preferences.tsx';
import { Sessions } from './sessions.tsx';
import { Tokens } from './tokens.tsx';
import { useMe } from './use-me.ts';
import './people.css';

/** Who I am, what I may do, and by what I am signed in. */
export function MePage() {
  const { name, groups } = useMe();
  return (
    <>
      <PageTitle>{name ?? 'Me'}</PageTitle>
      <Text>{groups?.length ? `In ${groups.map(each => `group ${each}`).join(', ')}.` : 'In no group.'}</Text>
      <MyRights groups={groups ?? []} name={name ?? ''} />
      <Tokens />
      <Sessions />
      <Preferences />
      <SameCommand command="slipway whoami" />
    </>
  );
}
