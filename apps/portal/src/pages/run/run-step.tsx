import { Code, Text } from '@mantine/core';
import type { TemplateRun } from '@slipway/kinds';
import { useEffect, useState } from 'react';
import { Health } from '../../ui/health.tsx';
import { durationOf } from '../../ui/moment.tsx';

type Step = NonNullable<NonNullable<TemplateRun['status']>['steps']>[number];

const TICK_MS = 1000;

/** One step with its log, which grows while it runs. */
export function RunStep({ step }: { step: Step }) {
  const { id, name, action, phase, startedAt, finishedAt, message, log = [] } = step;
  const now = useNow(phase === 'Running');
  return (
    <li>
      <div className="facts">
        <Health word={phase} />
        <Text>{name || id}</Text>
        <Code>{action}</Code>
        {phase === 'Skipped' ? null : (
          <Text c="dimmed">
            {durationOf(startedAt, finishedAt ?? (phase === 'Running' ? now : undefined))}
          </Text>
        )}
      </div>
      {message ? <Text size="sm">{message}</Text> : null}
      {log.length > 0 ? (
        <Code block className="log" tabIndex={0} role="region" aria-label={`Log of ${name || id}`}>
          {log.join('\n')}
        </Code>
      ) : null}
    </li>
  );
}

/** The time, again each second for as long as it is asked for. */
function useNow(running: boolean): string {
  const [now, setNow] = useState(() => new Date().toISOString());
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setNow(new Date().toISOString()), TICK_MS);
    return () => clearInterval(timer);
  }, [running]);
  return now;
}
