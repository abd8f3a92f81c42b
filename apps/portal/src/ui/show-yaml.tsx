import { lazy, Suspense, useState } from 'react';
import { Waiting } from './notice.tsx';

const YamlBlock = lazy(() => import('./yaml-block.tsx'));

/** "Show YAML": the object behind the page, as the API has it now. `label` says which when a page has several. */
export function ShowYaml({ object, label = 'YAML' }: { object: object; label?: string }) {
  const [open, setOpen] = useState(false);
  return (
    <details className="yaml" onToggle={event => setOpen(event.currentTarget.open)}>
      <summary>Show {label}</summary>
      {open ? (
        <Suspense fallback={<Waiting what="writing it as YAML" />}>
          <YamlBlock object={object} label={label} />
        </Suspense>
      ) : null}
    </details>
  );
}
