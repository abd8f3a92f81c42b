import { Link } from '@tanstack/react-router';

interface Props {
  label: string;
  tabs: { id: string; label: string }[];
  chosen: string;
}

/** Parts of a page, each with an address of its own (`?tab=`). */
export function Tabs({ label, tabs, chosen }: Props) {
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map(tab => (
        <Link
          key={tab.id}
          to="."
          search={{ tab: tab.id } as never}
          aria-current={tab.id === chosen ? 'page' : undefined}
          activeOptions={{ includeSearch: true }}
        >
          {tab.label}
        </Link>
      ))}
    </nav>
  );
}
