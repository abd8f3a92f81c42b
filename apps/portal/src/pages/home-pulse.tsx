import { Component } from '@slipway/kinds';
import { Link } from '@tanstack/react-router';
import { useLive } from '../api/live.ts';
import { paths } from '../paths.ts';
import { Health } from '../ui/health.tsx';
import { Section } from '../ui/section.tsx';

/** Whether every part of the platform answers, and which does not. */
export function Pulse() {
  const { items } = useLive(Component);
  if (!items || items.length === 0) return null;
  const silent = items.filter(item => probeOf(item) !== 'True');
  return (
    <Section title="Platform">
      <div className="facts">
        <Health word={wordOf(silent)} />
        <Link to={paths.platform()}>
          {silent.length === 0
            ? `All ${items.length} parts answer`
            : `${silent.length} of ${items.length} do not answer`}
        </Link>
        {silent.map(item => (
          <span key={item.metadata.uid}>{item.metadata.name}</span>
        ))}
      </div>
    </Section>
  );
}

function probeOf({ status }: Component): string {
  return status?.conditions?.find(({ type }) => type === 'Probed')?.status ?? 'Unknown';
}

function wordOf(silent: Component[]): string {
  if (silent.length === 0) return 'Healthy';
  return silent.some(item => probeOf(item) === 'False') ? 'Degraded' : 'Progressing';
}
