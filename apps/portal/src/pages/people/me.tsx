import { Text } from '@mantine/core';
import { SameCommand } from '../../ui/notice.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { readProfile } from './account.ts';
import { MyRights } from './my-rights.tsx';
import { Preferences } from './preferences.tsx';
import { Sessions } from './sessions.tsx';
import { Tokens } from './tokens.tsx';
import { useAccount } from './use-account.ts';
import { useMe } from './use-me.ts';
import './people.css';

/** Who I am, what I may do, and by what I am signed in. */
export function MePage() {
  const { name, groups = [] } = useMe();
  const { data: profile } = useAccount('profile', readProfile);
  const about = [profile?.firstName, profile?.email].filter(Boolean).join(', ');
  return (
    <>
      <PageTitle>{name ?? 'Me'}</PageTitle>
      {about ? <Text>{about}</Text> : null}
      <Text>
        {groups.length > 0 ? `In ${groups.map(each => `group ${each}`).join(', ')}.` : 'In no group.'}
      </Text>
      <SameCommand command="slipway whoami" />
      <MyRights groups={groups} name={name ?? ''} />
      <Tokens />
      <Sessions />
      <Preferences />
    </>
  );
}
