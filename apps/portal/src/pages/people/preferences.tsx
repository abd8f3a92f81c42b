import { NativeSelect, Text } from '@mantine/core';
import { Team } from '@slipway/kinds';
import { useState } from 'react';
import { useLive } from '../../api/live.ts';
import { keepPreferredTeam, preferredTeam } from '../../api/preferences.ts';
import { Section } from '../../ui/section.tsx';
import { ThemeChoice } from '../../ui/theme-choice.tsx';

/** How the portal is for me, in this browser. */
export function Preferences() {
  const teams = (useLive(Team).items ?? []).map(({ metadata }) => metadata.name).sort();
  const [chosen, setChosen] = useState<string>();
  const team = chosen ?? preferredTeam(teams) ?? '';
  return (
    <Section title="Preferences">
      <Text mb="sm">They are kept in this browser only; another one has its own.</Text>
      <div className="preferences">
        <ThemeChoice />
        <NativeSelect
          label="Team for what I create"
          size="xs"
          data={[{ value: '', label: 'first of my teams' }, ...teams]}
          value={team}
          onChange={event => {
            keepPreferredTeam(event.currentTarget.value);
            setChosen(event.currentTarget.value);
          }}
        />
      </div>
    </Section>
  );
}
